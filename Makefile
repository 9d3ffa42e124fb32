# valuebold - `make demo` and `make test` need nothing but make and a shell to start with;
# `make help` lists the targets.

# --- what one may set: make CC=clang, make install PREFIX=$HOME/.local, make V=1 ...
VERSION   := 0.1.0
SOVERSION := 0
BUILD     ?= build
PREFIX    ?= /usr/local
BINDIR    ?= $(PREFIX)/bin
LIBDIR    ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
DATADIR   ?= $(PREFIX)/share
PKG_CONFIG ?= pkg-config
OPT       ?= -O2 -g
SAN       ?=
# the NIfTI library has no pkg-config file
NIFTI_CFLAGS ?= -isystem /usr/include/nifti
NIFTI_LIBS   ?= -lnifti2 -lznz
# public data that tests and the demo compare with, when it is there
VALUEBOLD_DATA ?= ../shared/data
DATA      ?=

# --- flags
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
        -Wmissing-prototypes -Wvla -Wundef -Wdouble-promotion -Werror
# clang takes glibc's NAN and INFINITY, which are floats, for promotions
WARN += $(if $(findstring clang,$(shell $(CC) --version 2>/dev/null)),-Wno-double-promotion)
# _FORTIFY_SOURCE wants an optimiser, and the sanitizers look closer than it does
HARDEN := -fstack-protector-strong $(if $(SAN),,-D_FORTIFY_SOURCE=2)
PACKAGES := gsl zlib libisal libdeflate yaml-0.1
found = $(shell $(PKG_CONFIG) $(1) $(PACKAGES) 2>/dev/null)
# other people's headers are system headers: our warnings are about our code
DEP_CFLAGS := $(patsubst -I%,-isystem %,$(call found,--cflags)) $(NIFTI_CFLAGS)
# GSL's own cblas: the hot loops are ours, a matrix of a design is small, and OpenBLAS would
# cost 10 ms a start and last bits that differ between processors
DEP_LIBS := $(NIFTI_LIBS) $(call found,--libs) -lm -lpthread
BASE_CPPFLAGS := -Iinclude -D_POSIX_C_SOURCE=200809L $(DEP_CFLAGS)
VB_CPPFLAGS := $(BASE_CPPFLAGS) -DVB_VERSION='"$(VERSION)"'
VB_CFLAGS = -std=c11 $(OPT) $(WARN) $(HARDEN) $(SAN) -fPIC -fvisibility=hidden
VB_LDFLAGS := $(SAN) -Wl,-z,relro,-z,now -Wl,--as-needed
COMPILE = $(CC) $(VB_CPPFLAGS) $(CPPFLAGS) $(VB_CFLAGS) $(CFLAGS)
FLAGS_TEXT := $(subst ','\'',$(COMPILE))

# --- files
LIB_SRC  := $(filter-out src/cli/%,$(wildcard src/*/*.c))
CLI_SRC  := $(wildcard src/cli/*.c)
TEST_SRC := $(wildcard tests/unit/test_*.c)
# text skeletons of the exporters, built into the library
TEMPLATES := $(sort $(wildcard templates/*.in))
# presets of tasks, built in too
TASKS     := $(sort $(wildcard templates/tasks/*/*.yaml templates/tasks/*/*.tsv))
LIB_OBJ  := $(LIB_SRC:%.c=$(BUILD)/%.o) $(BUILD)/gen/templates.o $(BUILD)/gen/tasks.o
CLI_OBJ  := $(CLI_SRC:%.c=$(BUILD)/%.o)
TEST_BIN := $(TEST_SRC:tests/unit/%.c=$(BUILD)/tests/%)
HEADERS  := $(wildcard include/valuebold/*.h)
PROGRAM  := $(BUILD)/valuebold
ARCHIVE  := $(BUILD)/libvaluebold.a
SHARED   := $(BUILD)/libvaluebold.so.$(VERSION)
SHELL_FILES = $(wildcard tools/*.sh tests/*.sh tests/lib/*.sh tests/bench/*.sh tests/oracles/*.sh examples/*/*.sh) .ci/run
C_FILES  := $(LIB_SRC) $(CLI_SRC) $(wildcard src/*/*.h) $(HEADERS) $(wildcard tests/unit/*.[ch])

# --- as many jobs as processors, unless -j says otherwise; V=1 shows the commands
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc 2>/dev/null || echo 2)
endif
Q := $(if $(V),,@)
SUBMAKE = $(MAKE) --no-print-directory
say = $(if $(V),,@echo '  $(1)	$(2)')

all: $(PROGRAM) $(SHARED)       ## library and program, below build/ (the default)

demo:                           ## install what is missing, build, run the example (DATA=DIR: on real data)
	@sh tools/packages.sh build
	@+$(SUBMAKE) $(PROGRAM)
	@sh tools/demo.sh $(PROGRAM) "$(DATA)"

test:                           ## install what is missing, build, run every test
	@sh tools/packages.sh test
	@+$(SUBMAKE) test-now

test-now: $(PROGRAM) $(SHARED) $(TEST_BIN)
	@BUILD=$(BUILD) VALUEBOLD_DATA=$(VALUEBOLD_DATA) sh tools/run_tests.sh all

unit: $(TEST_BIN)               ## unit tests only
	@BUILD=$(BUILD) VALUEBOLD_DATA=$(VALUEBOLD_DATA) sh tools/run_tests.sh unit

test-asan:                      ## all tests under AddressSanitizer and UBSan, leaks included
	@+$(SUBMAKE) test-now BUILD=build-asan OPT='-O1 -g' \
	  SAN='-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer'

test-oracles: $(PROGRAM)        ## nilearn, pybids and others on our files (Python packages from PyPI)
	@BUILD=$(BUILD) sh tests/oracles/run.sh

coverage:                       ## line and branch coverage of the tests (needs gcovr)
	@+$(SUBMAKE) test-now BUILD=build-coverage OPT='-O0 -g' SAN=--coverage
	gcovr --root . --filter src/ --exclude-throw-branches --object-directory build-coverage \
	  --html-details build-coverage/coverage.html --print-summary --txt

# --- building
$(ARCHIVE): $(LIB_OBJ)
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $^
# everything of the program but main, so that unit tests can reach it
$(BUILD)/libcli.a: $(filter-out %/main.o,$(CLI_OBJ))
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $^
$(SHARED): $(LIB_OBJ)
	$(call say,LD,$@)
	$(Q)$(CC) -shared -Wl,-soname,libvaluebold.so.$(SOVERSION) $(VB_LDFLAGS) $(LDFLAGS) -o $@ $^ $(DEP_LIBS)
$(PROGRAM): $(CLI_OBJ) $(ARCHIVE)
	$(call say,LD,$@)
	$(Q)$(CC) $(or $(PIE),-pie) $(VB_LDFLAGS) $(LDFLAGS) -o $@ $^ $(DEP_LIBS)
# Debian has no static ISA-L: zlib inflates instead, at two thirds of the speed
static:                         ## a program without shared libraries: build-static/valuebold
	@+$(SUBMAKE) build-static/valuebold BUILD=build-static CPPFLAGS=-DVB_NO_ISAL \
	  PACKAGES='gsl zlib libdeflate yaml-0.1' LDFLAGS=-static PIE=-no-pie
# the inner loops over voxels and scans are worth -O3; no -ffast-math: NaN is data here
$(BUILD)/src/roi/trial_kernel.o $(BUILD)/src/roi/ppi_kernel.o $(BUILD)/src/glm/kernel_avx2.o \
$(BUILD)/src/glm/kernel_avx512.o $(BUILD)/src/glm/kernel_portable.o \
$(BUILD)/src/glm/smooth_kernel.o $(BUILD)/src/design/convolve.o: VB_CFLAGS += -O3
$(BUILD)/src/glm/residuals.o: VB_CFLAGS += -O3
# gcc's address sanitizer keeps locals in fake frames that are not aligned to the 64 bytes of an
# AVX-512 register: these kernels go without that one check, all others stay
$(BUILD)/src/glm/kernel_avx512.o: VB_CFLAGS += $(if $(findstring address,$(SAN)),$(if $(findstring clang,$(CC)),-fsanitize-address-use-after-return=never,--param asan-use-after-return=0))
$(BUILD)/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(COMPILE) -MMD -MP -c -o $@ $<
$(BUILD)/gen/templates.c: tools/embed.sh $(TEMPLATES)
	@mkdir -p $(@D)
	$(call say,GEN,$@)
	$(Q)sh tools/embed.sh export/template.h vb_template vb_templates templates/ $(TEMPLATES) > $@.part && mv $@.part $@
$(BUILD)/gen/tasks.c: tools/embed.sh $(TASKS)
	@mkdir -p $(@D)
	$(call say,GEN,$@)
	$(Q)sh tools/embed.sh pipeline/task_files.h vb_task_file vb_task_files templates/tasks/ $(TASKS) > $@.part && mv $@.part $@
$(BUILD)/gen/%.o: $(BUILD)/gen/%.c $(BUILD)/flags
	$(call say,CC,$<)
	$(Q)$(COMPILE) -Isrc -MMD -MP -c -o $@ $<
$(BUILD)/tests/%: tests/unit/%.c $(BUILD)/libcli.a $(ARCHIVE)
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(VB_CPPFLAGS) -Itests/unit -Isrc $(CPPFLAGS) -std=c11 $(OPT) -Wall -Wextra $(SAN) \
	  $(CFLAGS) -MMD -MP -o $@ $< $(BUILD)/libcli.a $(ARCHIVE) $(DEP_LIBS) -ljansson -lcriterion
CALIBRATION_OBJ := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/calibration/*.c))
$(BUILD)/calibrate: $(CALIBRATION_OBJ) $(ARCHIVE)
	$(call say,LD,$@)
	$(Q)$(CC) $(SAN) $(LDFLAGS) -o $@ $^ $(DEP_LIBS)
REGION_OBJ := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/calibration_regions/*.c))
$(BUILD)/calibrate_regions: $(REGION_OBJ) $(ARCHIVE)
	$(call say,LD,$@)
	$(Q)$(CC) $(SAN) $(LDFLAGS) -o $@ $^ $(DEP_LIBS)
VALIDATION_OBJ := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/validation/*.c))
$(BUILD)/validate: $(VALIDATION_OBJ) $(ARCHIVE)
	$(call say,LD,$@)
	$(Q)$(CC) $(SAN) $(LDFLAGS) -o $@ $^ $(DEP_LIBS)
# changes when the compiler or its flags do, so that nothing stale is linked
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' '$(FLAGS_TEXT)' | cmp -s - $@ || printf '%s\n' '$(FLAGS_TEXT)' > $@
FORCE:

# --- looking at the code
lint:                           ## clang-format, clang-tidy, cppcheck, shellcheck, codespell, layers
	@VERSION=$(VERSION) CPPFLAGS='$(BASE_CPPFLAGS)' sh tools/lint.sh $(C_FILES) -- $(SHELL_FILES)
format:                         ## lay the C files out as .clang-format says
	clang-format -i $(C_FILES)
bench: $(PROGRAM)               ## time the commands beside other programs (BENCH=full: large images too)
	@BUILD=$(BUILD) CC='$(CC)' VALUEBOLD_DATA=$(VALUEBOLD_DATA) sh tools/bench.sh

calibration: $(BUILD)/calibrate ## do the p-values hold?  Minutes; writes tables into docs/validation.md
	$(Q)VALUEBOLD_DATA=$(VALUEBOLD_DATA) sh tests/calibration/run.sh $(BUILD)/calibrate docs/validation.md
region-calibration: $(BUILD)/calibrate_regions ## are planted effects of regions found?  Minutes; docs/validation-regions.md
	$(Q)sh tests/calibration_regions/run.sh $(BUILD)/calibrate_regions docs/validation-regions.md

validation-fit: $(BUILD)/validate ## recovery, coverage and hierarchical fits by simulation; minutes; writes docs/validation-fit.md
	$(Q)VALUEBOLD_DATA=$(VALUEBOLD_DATA) sh tests/validation/run.sh $(BUILD)/validate docs/validation-fit.md

# --- pages made from the registries and option tables
COMMANDS = $(shell $(PROGRAM) --generate commands)
docs: $(PROGRAM)                ## write again the docs pages made from the tables
	$(Q)sh tools/generate_docs.sh $(PROGRAM) docs
man: $(PROGRAM)                 ## man pages and completion, below build/share
	$(Q)sh tools/generate_share.sh $(PROGRAM) $(BUILD)/share

# --- installing
install: all man                ## install below PREFIX (DESTDIR is put in front)
	install -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(LIBDIR)/pkgconfig $(DESTDIR)$(INCLUDEDIR)/valuebold \
	  $(DESTDIR)$(DATADIR)
	install -m 755 $(PROGRAM) $(DESTDIR)$(BINDIR)/
	install -m 644 $(HEADERS) $(DESTDIR)$(INCLUDEDIR)/valuebold/
	install -m 644 $(ARCHIVE) $(DESTDIR)$(LIBDIR)/
	install -m 755 $(SHARED) $(DESTDIR)$(LIBDIR)/
	ln -sf libvaluebold.so.$(VERSION) $(DESTDIR)$(LIBDIR)/libvaluebold.so.$(SOVERSION)
	ln -sf libvaluebold.so.$(SOVERSION) $(DESTDIR)$(LIBDIR)/libvaluebold.so
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@LIBDIR@|$(LIBDIR)|' -e 's|@INCLUDEDIR@|$(INCLUDEDIR)|' \
	  -e 's|@VERSION@|$(VERSION)|' -e 's|@PACKAGES@|$(PACKAGES)|' -e 's|@NIFTI_LIBS@|$(NIFTI_LIBS)|' \
	  tools/valuebold.pc.in > $(DESTDIR)$(LIBDIR)/pkgconfig/valuebold.pc
	cp -R $(BUILD)/share/. $(DESTDIR)$(DATADIR)/
uninstall:                      ## remove what install put there
	rm -f $(DESTDIR)$(BINDIR)/valuebold $(DESTDIR)$(LIBDIR)/libvaluebold.* \
	  $(DESTDIR)$(LIBDIR)/pkgconfig/valuebold.pc $(DESTDIR)$(DATADIR)/man/man1/valuebold.1 \
	  $(DESTDIR)$(DATADIR)/man/man1/valuebold-*.1 $(DESTDIR)$(DATADIR)/zsh/site-functions/_valuebold \
	  $(DESTDIR)$(DATADIR)/bash-completion/completions/valuebold
	rm -rf $(DESTDIR)$(INCLUDEDIR)/valuebold
dist:                           ## valuebold-VERSION.tar.gz of the committed files
	git archive --prefix=valuebold-$(VERSION)/ -o valuebold-$(VERSION).tar.gz HEAD
version:                        ## print the version
	@echo $(VERSION)
clean:                          ## remove what was built
	rm -rf $(BUILD) build-asan build-coverage valuebold-$(VERSION).tar.gz
help:                           ## this list
	@sed -n 's/^\([a-z-]*\):.*## */\1\t/p' Makefile | while IFS='	' read -r name text; do \
	  printf '  %-12s %s\n' "$$name" "$$text"; done

.PHONY: all demo test test-now unit test-asan test-oracles coverage static lint format bench calibration region-calibration validation-fit docs man install \
        uninstall dist version clean help FORCE
.DELETE_ON_ERROR:
-include $(LIB_OBJ:.o=.d) $(CLI_OBJ:.o=.d) $(TEST_BIN:=.d)
