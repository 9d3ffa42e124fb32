/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Expected: the examples of FIPS 180-4 and of NIST's CAVP short-message vectors. */
#include "valuebold/file.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

Test(sha256, the_standards_examples_come_out)
{
    static const struct {
        const char *text, *hex;
    } cases[] = {{"",
                  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
                 {"abc",
                  "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
                 {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
                 {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijkl"
                  "mnopjklmnopqklmn"
                  "opqrlmnopqrsmnopqrstnopqrstu",
                  "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"}};
    char hex[65];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        vb_sha256(cases[i].text, strlen(cases[i].text), hex);
        cr_expect_str_eq(hex, cases[i].hex);
    }
}

Test(sha256, a_million_letters_come_out)
{
    char *text = malloc(1000000), hex[65];

    cr_assert(text);
    memset(text, 'a', 1000000);
    vb_sha256(text, 1000000, hex);
    cr_expect_str_eq(
        hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    free(text);
}

/* sha256sum of coreutils 9.1 on so many bytes 'x': all that differ in where the padding
   falls. */
Test(sha256, lengths_around_the_padding_come_out)
{
    static const struct {
        size_t n;
        const char *hex;
    } cases[] = {
        {55, "d5e285683cd4efc02d021a5c62014694958901005d6f71e89e0989fac77e4072"},
        {56, "04c26261370ee7541549d16dee320c723e3fd14671e66a099afe0a377c16888e"},
        {63, "75220b47218278e656f2013bb8f0c455a25eaf01e86c64924e9d48d89776d6f2"},
        {64, "7ce100971f64e7001e8fe5a51973ecdfe1ced42befe7ee8d5fd6219506b5393c"},
        {65, "9537c5fdf120482f7d58d25e9ed583f52c02b4e304ea814db1633ad565aed7e9"},
        {119, "000b48d4edf0fa7bee3c6236ecd2785baa5db4eeb8bb54341b029e0d9fa5fb0c"},
        {120, "13f05a0b594787f5ecd315edc96141bd3243203d1b7d4f0836f37308b276ba98"},
        {128, "24da1b81d0b16df6428eee73c69fcb2a93c76bc6df706f0c6670fe6bfe800464"},
    };
    char text[130], hex[65];

    memset(text, 'x', sizeof text);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        vb_sha256(text, cases[i].n, hex);
        cr_expect_str_eq(hex, cases[i].hex, "%zu bytes", cases[i].n);
    }
}
