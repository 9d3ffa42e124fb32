# valuebold: builds the library and the program; `make help` lists the targets.
VERSION := 0.1.0
BUILD   ?= build
CC      ?= cc
PREFIX  ?= /usr/local
OPT     ?= -O2 -g
WARN    := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
           -Wmissing-prototypes -Wvla -Wundef -Wdouble-promotion -Werror
NIFTI_CFLAGS ?= -isystem /usr/include/nifti
NIFTI_LIBS   ?= -lnifti2 -lznz
CPPFLAGS += $(shell pkg-config --cflags openblas | sed s/-I/-isystem/g) -Iinclude -D_POSIX_C_SOURCE=200809L -DVB_VERSION='"$(VERSION)"' $(NIFTI_CFLAGS)
CFLAGS   += -std=c11 $(OPT) $(WARN) $(SAN) -fPIC -fvisibility=hidden -fstack-protector-strong
LIBS     := $(NIFTI_LIBS) -lisal -ldeflate -ljansson -lyaml -lgsl -lopenblas -lz -lm -lpthread

LIB_SRC := $(filter-out src/cli/%,$(wildcard src/*/*.c))
CLI_SRC := $(wildcard src/cli/*.c)
LIB_OBJ := $(LIB_SRC:%.c=$(BUILD)/%.o)
CLI_OBJ := $(CLI_SRC:%.c=$(BUILD)/%.o)
TEST_SRC := $(wildcard tests/unit/test_*.c)
TEST_BIN := $(TEST_SRC:tests/unit/%.c=$(BUILD)/tests/%)

all: $(BUILD)/valuebold                ## library and program
$(BUILD)/libvaluebold.a: $(LIB_OBJ)
	@rm -f $@
	$(AR) rcs $@ $^
$(BUILD)/valuebold: $(CLI_OBJ) $(BUILD)/libvaluebold.a
	$(CC) $(CFLAGS) -o $@ $^ $(LIBS)
$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<
$(BUILD)/tests/%: tests/unit/%.c $(BUILD)/libvaluebold.a
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -Itests/unit -Isrc -std=c11 $(OPT) -Wall -Wextra $(SAN) -MMD -MP -o $@ $< $(BUILD)/libvaluebold.a $(LIBS) -lcriterion
unit: $(TEST_BIN)                      ## unit tests only
	@set -e; for t in $(TEST_BIN); do $$t; done
clean:                                 ## remove what was built
	rm -rf $(BUILD)
help:                                  ## this list
	@sed -n 's/^\([a-z-]*\):.*## */  \1\t/p' $(MAKEFILE_LIST) | expand -t 18
.PHONY: all unit clean help
-include $(LIB_OBJ:.o=.d) $(CLI_OBJ:.o=.d) $(TEST_BIN:=.d)
