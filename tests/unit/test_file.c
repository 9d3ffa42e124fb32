/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading refuses what is no regular file; publishing leaves all or nothing, whatever
 * fails.  Failures are real ones: a full file system, a file size limit, permissions.
 */
#define _GNU_SOURCE /* unshare, for a small file system of our own */
#include "support.h"
#include "valuebold/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

static char dir[64];
static vb_error err;

static void remove_tree(const char *path)
{
    DIR *d = opendir(path);

    for (struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d)) {
        char below[600];

        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        snprintf(below, sizeof below, "%s/%s", path, e->d_name);
        if (unlink(below) != 0)
            remove_tree(below);
    }
    if (d)
        closedir(d);
    rmdir(path);
}

static void begin(void)
{
    const char *base = getenv("TMPDIR");

    snprintf(dir, sizeof dir, "%.40s/vb-file-XXXXXX", base ? base : "/tmp");
    cr_assert(mkdtemp(dir));
}

static void end(void)
{
    remove_tree(dir);
}

TestSuite(file, .init = begin, .fini = end);

static const char *at(const char *name)
{
    static char paths[4][400];
    static int next;

    next = (next + 1) % 4;
    snprintf(paths[next], sizeof paths[0], "%s/%s", dir, name);
    return paths[next];
}

static void put(const char *name, const char *text, size_t n)
{
    FILE *f = fopen(at(name), "wb");

    cr_assert(f, "%s", at(name));
    cr_assert_eq(fwrite(text, 1, n, f), n);
    cr_assert_eq(fclose(f), 0);
}

static void expect_text(const char *name, const char *text)
{
    size_t n;
    char *got = support_read(at(name), &n);

    cr_assert(got, "%s is not there", name);
    cr_expect_str_eq(got, text, "%s", name);
    free(got);
}

/* Files and folders below path, counted with all hidden ones. */
static size_t count_below(const char *path)
{
    DIR *d = opendir(path);
    size_t n = 0;

    for (struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d)) {
        char below[600];

        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        snprintf(below, sizeof below, "%s/%s", path, e->d_name);
        n += 1 + count_below(below);
    }
    if (d)
        closedir(d);
    return n;
}

static void add(vb_outputs *outputs, const char *path, const char *text)
{
    vb_buffer *bytes;

    cr_assert_eq(vb_outputs_add(outputs, &bytes, &err, "%s", path), VB_OK, "%s",
                 err.text);
    vb_put_text(bytes, text);
}

/* ---- reading */

Test(file, a_file_is_read_whole_and_gzip_by_its_content)
{
    static const char text[] = "onset\tduration\n1\t2\n";
    vb_buffer bytes = {0};
    gzFile gz;

    put("a.tsv", text, sizeof text - 1);
    gz = gzopen(at("b.tsv"), "wb");
    gzwrite(gz, text, 5);
    gzclose(gz);
    gz = gzopen(at("b.tsv"), "ab"); /* a second member */
    gzwrite(gz, text + 5, sizeof text - 6);
    gzclose(gz);
    for (const char *const *name = (const char *const[]){"a.tsv", "b.tsv", NULL}; *name;
         name++) {
        cr_assert_eq(vb_file_read(at(*name), 0, &bytes, &err), VB_OK, "%s", err.text);
        cr_expect_eq(bytes.n, sizeof text - 1);
        cr_expect_str_eq(bytes.bytes, text);
        vb_buffer_free(&bytes);
    }
    put("empty", "", 0);
    cr_assert_eq(vb_file_read(at("empty"), 0, &bytes, &err), VB_OK);
    cr_expect_str_eq(bytes.bytes, "");
    vb_buffer_free(&bytes);
}

Test(file, a_table_is_read_and_named)
{
    vb_table *table = NULL;

    put("t.tsv", "a\tb\n1\t2\n", 8);
    cr_assert_eq(vb_file_read_table(at("t.tsv"), &table, NULL, &err), VB_OK);
    cr_expect_str_eq(vb_table_cell(table, 0, 1), "2");
    cr_expect_str_eq(table->name, at("t.tsv"));
    vb_table_free(table);
    cr_expect_eq(vb_file_read_table(at("none.tsv"), &table, NULL, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "No such file"), "%s", err.text);
}

Test(file, what_is_no_regular_file_is_refused_at_once, .timeout = 20)
{
    static const struct {
        const char *name, *words;
    } cases[] = {{"folder", "is a folder"},    {"pipe", "is no regular file"},
                 {"none", "No such file"},     {"loop", "symbolic links"},
                 {"dangling", "No such file"}, {"file/x", "Not a directory"},
                 {"large", "larger than 100"}, {"bomb", "larger than 100"},
                 {"cut", "ends early"},        {"tail", "follow the gz stream"}};
    char zeros[5000] = {0}, gzip[200];
    gzFile gz;
    FILE *f;
    size_t n;

    mkdir(at("folder"), 0777);
    mkfifo(at("pipe"), 0666);
    cr_assert_eq(symlink("loop", at("loop")), 0);
    cr_assert_eq(symlink("nowhere", at("dangling")), 0);
    put("file", "x", 1);
    put("large", zeros, 101);
    gz = gzopen(at("bomb"), "wb");
    gzwrite(gz, zeros, sizeof zeros);
    gzclose(gz);
    f = fopen(at("bomb"), "rb");
    n = fread(gzip, 1, sizeof gzip, f);
    fclose(f);
    put("cut", gzip, n - 1);
    gz = gzopen(at("tail"), "wb");
    gzwrite(gz, zeros, 50);
    gzclose(gz);
    f = fopen(at("tail"), "ab");
    fputs("junk", f);
    fclose(f);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        vb_buffer bytes = {0};
        const size_t limit = strcmp(cases[i].name, "cut") == 0 ? 0 : 100;

        err = (vb_error){0};
        cr_expect_eq(vb_file_read(at(cases[i].name), limit, &bytes, &err), VB_EINPUT,
                     "%s", cases[i].name);
        cr_expect(strstr(err.text, cases[i].words), "%s: %s", cases[i].name, err.text);
        cr_expect_str_eq(err.file, at(cases[i].name));
        cr_expect_null(bytes.bytes);
    }
    cr_expect_eq(vb_file_read("/dev/zero", 0, &(vb_buffer){0}, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "device"), "%s", err.text);
}

Test(file, a_path_beside_a_file_starts_in_its_folder)
{
    static const struct {
        const char *file, *path, *joined;
    } cases[] = {{"s.yaml", "p.tsv", "p.tsv"},
                 {"study/s.yaml", "p.tsv", "study/p.tsv"},
                 {"/a/b/s.yaml", "../p.tsv", "/a/b/../p.tsv"},
                 {"/s.yaml", "p.tsv", "/p.tsv"},
                 {"a/s.yaml", "/p.tsv", "/p.tsv"}};
    vb_arena *arena = vb_arena_alloc();

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        cr_expect_str_eq(vb_path_beside(cases[i].file, cases[i].path, arena),
                         cases[i].joined);
    vb_arena_free(arena);
}

/* ---- publishing */

Test(file, outputs_appear_with_their_folders_and_nothing_else)
{
    vb_outputs outputs = {0};

    add(&outputs, "sub-01/func/a.tsv", "one\n");
    add(&outputs, "sub-01/b.json", "");
    add(&outputs, "top.txt", "three");
    cr_assert_eq(vb_outputs_check(&outputs, at("x/y/out"), VB_KEEP_OLD, &err), VB_OK);
    cr_expect_eq(count_below(dir), 0, "checking makes nothing");
    cr_assert_eq(vb_outputs_publish(&outputs, at("x/y/out"), VB_KEEP_OLD, &err), VB_OK,
                 "%s", err.text);
    expect_text("x/y/out/sub-01/func/a.tsv", "one\n");
    expect_text("x/y/out/sub-01/b.json", "");
    expect_text("x/y/out/top.txt", "three");
    cr_expect_eq(count_below(dir), 3 + 2 + 3);
    vb_outputs_free(&outputs);
}

Test(file, the_umask_decides_the_permissions)
{
    vb_outputs outputs = {0};
    struct stat info;

    umask(077);
    add(&outputs, "d/a", "x");
    cr_assert_eq(vb_outputs_publish(&outputs, at("out"), VB_KEEP_OLD, &err), VB_OK);
    cr_assert_eq(stat(at("out/d/a"), &info), 0);
    cr_expect_eq(info.st_mode & 0777, 0600);
    cr_assert_eq(stat(at("out/d"), &info), 0);
    cr_expect_eq(info.st_mode & 0777, 0700);
    vb_outputs_free(&outputs);
}

Test(file, an_existing_file_is_kept_unless_told_otherwise)
{
    vb_outputs outputs = {0};

    put("b", "old b", 5);
    put("c", "old c", 5);
    add(&outputs, "a", "new a");
    add(&outputs, "b", "new b");
    add(&outputs, "c", "new c");
    cr_expect_eq(vb_outputs_publish(&outputs, dir, VB_KEEP_OLD, &err), VB_EIO);
    cr_expect_str_eq(err.text,
                     "exists already, and so do 1 others; --force replaces them");
    cr_expect_str_eq(err.file, at("b"));
    expect_text("b", "old b");
    cr_expect_eq(count_below(dir), 2);
    cr_assert_eq(vb_outputs_publish(&outputs, dir, VB_REPLACE_OLD, &err), VB_OK);
    expect_text("a", "new a");
    expect_text("b", "new b");
    expect_text("c", "new c");
    cr_expect_eq(count_below(dir), 3);
    vb_outputs_free(&outputs);
}

Test(file, the_same_dataset_description_may_be_there_already)
{
    vb_outputs outputs = {0};

    put("dataset_description.json", "{}", 2);
    add(&outputs, "dataset_description.json", "{}");
    add(&outputs, "a", "new");
    cr_assert_eq(vb_outputs_publish(&outputs, dir, VB_KEEP_OLD, &err), VB_OK, "%s",
                 err.text);
    expect_text("a", "new");
    vb_outputs_free(&outputs);
    add(&outputs, "dataset_description.json", "[]");
    cr_expect_eq(vb_outputs_publish(&outputs, dir, VB_KEEP_OLD, &err), VB_EIO);
    expect_text("dataset_description.json", "{}");
    vb_outputs_free(&outputs);
}

Test(file, a_link_is_replaced_itself_and_not_what_it_leads_to)
{
    vb_outputs outputs = {0};
    struct stat info;

    put("precious", "keep", 4);
    cr_assert_eq(symlink("precious", at("a")), 0);
    add(&outputs, "a", "new");
    cr_expect_eq(vb_outputs_publish(&outputs, dir, VB_KEEP_OLD, &err), VB_EIO);
    cr_assert_eq(vb_outputs_publish(&outputs, dir, VB_REPLACE_OLD, &err), VB_OK);
    expect_text("precious", "keep");
    expect_text("a", "new");
    cr_assert_eq(lstat(at("a"), &info), 0);
    cr_expect(S_ISREG(info.st_mode));
    vb_outputs_free(&outputs);
}

Test(file, what_cannot_be_an_output_place_is_refused_before_anything_is_made)
{
    static const struct {
        const char *folder, *path, *words;
    } cases[] = {{"file", "a", "is a file; a folder is needed"},
                 {"file/deeper", "a", "is a file; a folder is needed"},
                 {"dangling", "a", "leads nowhere"},
                 {"dangling/x", "a", "leads nowhere"},
                 {".", "folder", "is a folder; a file"},
                 {".", "pipe", "is a pipe"},
                 {".", "file/a", "is a file; a folder is needed"}};
    size_t before;

    put("file", "x", 1);
    mkdir(at("folder"), 0777);
    mkfifo(at("pipe"), 0666);
    cr_assert_eq(symlink("nowhere", at("dangling")), 0);
    before = count_below(dir);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        vb_outputs outputs = {0};

        add(&outputs, "fine/first", "x");
        add(&outputs, cases[i].path, "x");
        err = (vb_error){0};
        cr_expect_eq(vb_outputs_publish(&outputs, at(cases[i].folder), VB_REPLACE_OLD,
                                        &err),
                     VB_EIO, "%s %s", cases[i].folder, cases[i].path);
        cr_expect(strstr(err.text, cases[i].words), "%s: %s", cases[i].folder,
                  err.text);
        cr_expect_eq(count_below(dir), before, "%s", cases[i].folder);
        vb_outputs_free(&outputs);
    }
}

/* root may write anywhere: these tests run as somebody else then. */
static void be_nobody(void)
{
    if (geteuid() == 0) {
        cr_assert_eq(chmod(dir, 0777), 0);
        cr_assert_eq(setresuid(65534, 65534, 0), 0);
    }
}

static void be_root_again(void)
{
    if (getuid() == 65534)
        cr_assert_eq(setresuid(0, 0, 0), 0);
}

Test(file, a_folder_without_permission_is_refused_before_long_work)
{
    vb_outputs outputs = {0};

    mkdir(at("closed"), 0555);
    be_nobody();
    add(&outputs, "sub-01/a", "x");
    for (const char *const *folder =
             (const char *const[]){"closed", "closed/deeper", NULL};
         *folder; folder++) {
        cr_expect_eq(vb_outputs_check(&outputs, at(*folder), VB_REPLACE_OLD, &err),
                     VB_EIO);
        cr_expect_str_eq(err.file, at("closed"));
        cr_expect(strstr(err.text, "Permission denied"), "%s", err.text);
        cr_expect_eq(vb_outputs_publish(&outputs, at(*folder), VB_KEEP_OLD, &err),
                     VB_EIO);
    }
    be_root_again();
    cr_expect_eq(count_below(at("closed")), 0);
    vb_outputs_free(&outputs);
}

Test(file, a_file_size_limit_gives_a_sentence_and_leaves_the_old_files)
{
    struct rlimit limit = {100, 100};
    vb_outputs outputs = {0};
    char long_text[201];

    memset(long_text, 'x', 200);
    long_text[200] = '\0';
    put("a", "old a", 5);
    put("b", "old b", 5);
    add(&outputs, "a", "new a");
    add(&outputs, "new/folder/b", "new b");
    add(&outputs, "b", long_text);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    cr_expect_eq(vb_outputs_publish(&outputs, dir, VB_REPLACE_OLD, &err), VB_EIO);
    cr_expect(strstr(err.text, "200 bytes") && strstr(err.text, "limited to 100"), "%s",
              err.text);
    cr_expect_str_eq(err.file, at("b"));
    expect_text("a", "old a");
    expect_text("b", "old b");
    cr_expect_eq(count_below(dir), 2);
    vb_outputs_free(&outputs);
}

Test(file, a_full_disk_gives_a_sentence_and_leaves_the_old_files)
{
    vb_outputs outputs = {0};
    char *large = malloc(100001);

    memset(large, 'x', 100000);
    large[100000] = '\0';
    if (unshare(CLONE_NEWNS) != 0 ||
        mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("tmpfs", dir, "tmpfs", 0, "size=64k") != 0) {
        support_skip("full disk: mounting a small file system: %s", strerror(errno));
        free(large);
        return;
    }
    put("a", "old a", 5);
    add(&outputs, "a", "new a");
    add(&outputs, "sub/b", large);
    add(&outputs, "c", "new c");
    cr_expect_eq(vb_outputs_publish(&outputs, dir, VB_REPLACE_OLD, &err), VB_EIO);
    cr_expect(strstr(err.text, "No space left on device"), "%s", err.text);
    cr_expect_str_eq(err.file, at("sub/b"));
    expect_text("a", "old a");
    cr_expect_eq(count_below(dir), 1);
    umount(dir);
    vb_outputs_free(&outputs);
    free(large);
}

/* Outputs so large that the signal meets the writing, not the end. */
static void fill(vb_outputs *outputs, size_t n, char letter)
{
    char *text = malloc(4001);

    memset(text, letter, 4000);
    text[4000] = '\0';
    for (size_t i = 0; i < n; i++) {
        char path[60];

        snprintf(path, sizeof path, "sub-%02zu/func/file-%zu.tsv", i % 30, i);
        add(outputs, path, text);
    }
    free(text);
}

static void leave(int signal)
{
    (void)signal;
    vb_file_cleanup();
    _exit(130);
}

Test(file, a_signal_leaves_all_or_nothing, .timeout = 120)
{
    size_t n_nothing = 0, n_all = 0;

    for (long delay_us = 0; delay_us < 40000; delay_us += 1000) {
        pid_t child = fork();
        struct timespec wait = {0, delay_us * 1000};
        size_t there;
        int status;

        cr_assert(child >= 0);
        if (!child) {
            vb_outputs outputs = {0};

            signal(SIGTERM, leave);
            fill(&outputs, 300, 'x');
            vb_outputs_publish(&outputs, at("out"), VB_KEEP_OLD, NULL);
            _exit(0);
        }
        nanosleep(&wait, NULL);
        kill(child, SIGTERM);
        cr_assert_eq(waitpid(child, &status, 0), child);
        there = count_below(dir);
        cr_expect(there == 0 || there == 1 + 60 + 300, "%zu entries after %ld us",
                  there, delay_us);
        n_nothing += there == 0;
        n_all += there != 0;
        remove_tree(at("out"));
    }
    cr_log_info("nothing %zu times, all %zu times", n_nothing, n_all);
}

Test(file, killed_runs_leave_old_or_new_files_and_the_next_run_cleans_up,
     .timeout = 300)
{
    vb_outputs outputs = {0};

    fill(&outputs, 100, 'o');
    cr_assert_eq(vb_outputs_publish(&outputs, at("out"), VB_KEEP_OLD, &err), VB_OK);
    for (long delay_us = 0; delay_us < 30000; delay_us += 1000) {
        pid_t child = fork();
        struct timespec wait = {0, delay_us * 1000};

        cr_assert(child >= 0);
        if (!child) {
            vb_outputs again = {0};

            fill(&again, 100, 'n');
            vb_outputs_publish(&again, at("out"), VB_REPLACE_OLD, NULL);
            _exit(0);
        }
        nanosleep(&wait, NULL);
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        for (size_t i = 0; i < outputs.n; i++) {
            char name[100];
            size_t n;
            char *text;

            snprintf(name, sizeof name, "out/%s", outputs.items[i].path);
            text = support_read(at(name), &n);
            cr_assert(text);
            cr_assert(n == 4000 && (text[0] == 'o' || text[0] == 'n') &&
                          text[3999] == text[0],
                      "%s: %zu bytes", name, n);
            free(text);
        }
        cr_assert_eq(vb_outputs_publish(&outputs, at("out"), VB_REPLACE_OLD, &err),
                     VB_OK);
        cr_assert_eq(count_below(at("out")), 60 + 100, "left-overs after %ld us",
                     delay_us);
    }
    vb_outputs_free(&outputs);
}

static void *publish_same(void *arg)
{
    vb_status *status = arg;
    vb_outputs outputs = {0};

    fill(&outputs, 20, 'x');
    *status = vb_outputs_publish(&outputs, at("both"), VB_KEEP_OLD, NULL);
    vb_outputs_free(&outputs);
    return NULL;
}

Test(file, of_two_publications_at_once_one_wins_whole)
{
    vb_status status[2];
    pthread_t thread[2];

    for (size_t i = 0; i < 2; i++)
        cr_assert_eq(pthread_create(&thread[i], NULL, publish_same, &status[i]), 0);
    for (size_t i = 0; i < 2; i++)
        pthread_join(thread[i], NULL);
    cr_expect_eq((status[0] == VB_OK) + (status[1] == VB_OK), 1);
    cr_expect_eq(count_below(at("both")), 40 + 20);
}

/* Processor time, because a busy disk says nothing about us: about 0.03 s. */
Test(file, six_hundred_small_files_are_all_there)
{
    vb_outputs outputs = {0};

    fill(&outputs, 600, 'x');
    cr_assert_eq(vb_outputs_publish(&outputs, at("out"), VB_KEEP_OLD, &err), VB_OK);
    for (size_t i = 0; i < outputs.n; i++) {
        char path[1200];

        snprintf(path, sizeof path, "%s/%s", at("out"), outputs.items[i].path);
        cr_expect_eq(access(path, R_OK), 0, "%s", path);
    }
    vb_outputs_free(&outputs);
}
