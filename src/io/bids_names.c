/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bids_names.c - file names of a data set taken apart, and folders listed. */
#include "bids_names.h"
#include "valuebold/names.h"
#include "why.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

const char *vb_bids_entity(const vb_bids_name *name, const char *key)
{
    for (size_t i = 0; i < name->n; i++)
        if (strcmp(name->key[i], key) == 0)
            return name->value[i];
    return NULL;
}

bool vb_bids_is(const vb_bids_name *name, const char *suffix, const char *extension)
{
    return strcmp(name->suffix, suffix) == 0 && strcmp(name->extension, extension) == 0;
}

bool vb_bids_is_image(const vb_bids_name *name)
{
    return strcmp(name->extension, ".nii") == 0 ||
           strcmp(name->extension, ".nii.gz") == 0;
}

/* Runs of digits compare by value, however long. */
static int compare_numbers(const char **a, const char **b)
{
    const char *x = *a + strspn(*a, "0"), *y = *b + strspn(*b, "0");
    const size_t n = strspn(x, "0123456789"), m = strspn(y, "0123456789");
    const int order = n != m ? (n > m) - (n < m) : strncmp(x, y, n);

    *a = x + n;
    *b = y + m;
    return order;
}

int vb_natural_order(const char *a, const char *b)
{
    const char *x = a, *y = b;

    if (!a || !b)
        return (a != NULL) - (b != NULL);
    while (*x && *y) {
        if (isdigit((unsigned char)*x) && isdigit((unsigned char)*y)) {
            const int order = compare_numbers(&x, &y);

            if (order)
                return order;
        } else if (*x != *y) {
            return (unsigned char)*x < (unsigned char)*y ? -1 : 1;
        } else {
            x++;
            y++;
        }
    }
    if (*x || *y)
        return *x ? 1 : -1;
    return strlen(a) != strlen(b) ? (strlen(a) > strlen(b) ? 1 : -1) : strcmp(a, b);
}

static bool is_number(const char *s)
{
    return *s && s[strspn(s, "0123456789")] == '\0';
}

bool vb_same_label(const char *a, const char *b)
{
    if (!a || !b)
        return a == b;
    if (is_number(a) && is_number(b))
        return strcmp(a + strspn(a, "0"), b + strspn(b, "0")) == 0;
    return strcmp(a, b) == 0;
}

bool vb_bids_applies(const vb_bids_name *general, const vb_bids_name *special)
{
    for (size_t i = 0; i < general->n; i++)
        if (!vb_same_label(vb_bids_entity(special, general->key[i]), general->value[i]))
            return false;
    return true;
}

/* False for what is no BIDS name: no suffix, a part without a key. */
static bool take_apart(char *s, vb_bids_name *name)
{
    char *dot;

    name->n = 0;
    for (char *bar = strchr(s, '_'); bar; s = bar + 1, bar = strchr(s, '_')) {
        char *dash;

        *bar = '\0';
        dash = strchr(s, '-');
        if (!dash && strcmp(s, "bold") == 0) /* old names: _bold_confounds.tsv */
            continue;
        if (!dash || name->n == VB_BIDS_ENTITIES)
            return false;
        *dash = '\0';
        name->key[name->n] = s;
        name->value[name->n++] = dash + 1;
    }
    dot = strchr(s, '.');
    if (!dot || dot == s)
        return false;
    name->extension = dot;
    name->suffix = s;
    return true;
}

static int by_path(const void *a, const void *b)
{
    return vb_natural_order(((const vb_bids_name *)a)->path,
                            ((const vb_bids_name *)b)->path);
}

static vb_status add_name(vb_arena *arena, const char *folder, const char *file,
                          vb_bids_listing *listing, size_t *capacity, vb_error *err)
{
    const char *dot = strchr(file, '.');
    char *copy = vb_arena_string(arena, file);
    vb_bids_name name = {.path = vb_arena_printf(arena, "%s/%s", folder, file)};

    if (!copy || !name.path)
        return vb_fail_memory(err, strlen(folder) + strlen(file));
    if (!dot || !take_apart(copy, &name))
        return VB_OK;
    name.extension = vb_arena_string(arena, dot);
    if (!name.extension)
        return vb_fail_memory(err, strlen(dot));
    copy[dot - file] = '\0'; /* ends the suffix */
    if (listing->n == *capacity) {
        const size_t more = *capacity ? 2 * *capacity : 32;
        vb_bids_name *names = vb_arena_take(arena, more, sizeof *names);

        if (!names)
            return vb_fail_memory(err, more * sizeof *names);
        if (listing->n)
            memcpy(names, listing->names, listing->n * sizeof *names);
        listing->names = names;
        *capacity = more;
    }
    listing->names[listing->n++] = name;
    return VB_OK;
}

/* A folder that is not there holds nothing; one that cannot be read must be said. */
static vb_status cannot_list(const char *folder, vb_error *err)
{
    char why[VB_WHY_MAX];

    if (errno == ENOENT || errno == ENOTDIR)
        return VB_OK;
    if (errno == ENOMEM)
        return vb_fail_memory(err, 1);
    return vb_fail_at(err, VB_EINPUT, folder, 0, 0, "this folder cannot be read: %s",
                      vb_why(errno, why));
}

vb_status vb_bids_list(vb_arena *arena, const char *folder, vb_bids_listing *listing,
                       vb_error *err)
{
    DIR *dir = opendir(folder);
    vb_status status = VB_OK;
    size_t capacity = 0;

    *listing = (vb_bids_listing){0};
    if (!dir)
        return cannot_list(folder, err);
    for (const struct dirent *e = readdir(dir); e && status == VB_OK; e = readdir(dir))
        if (e->d_name[0] != '.')
            status = add_name(arena, folder, e->d_name, listing, &capacity, err);
    closedir(dir);
    if (listing->n > 1)
        qsort(listing->names, listing->n, sizeof *listing->names, by_path);
    return status;
}

static int by_label(const void *a, const void *b)
{
    return vb_natural_order(*(const char *const *)a, *(const char *const *)b);
}

/* Also through links, and also without permission to read it. */
static bool is_folder(DIR *dir, const char *name)
{
    struct stat info;

    return fstatat(dirfd(dir), name, &info, 0) == 0 && S_ISDIR(info.st_mode);
}

vb_status vb_bids_folders(vb_arena *arena, const char *folder, const char *prefix,
                          size_t *n, const char ***labels, bool *found, vb_error *err)
{
    DIR *dir = opendir(folder);
    const size_t skip = strlen(prefix);
    size_t capacity = 0;
    vb_status status = VB_OK;

    *n = 0;
    *labels = NULL;
    if (found)
        *found = dir != NULL;
    if (!dir)
        return cannot_list(folder, err);
    for (const struct dirent *e = readdir(dir); e && status == VB_OK;
         e = readdir(dir)) {
        if (strncmp(e->d_name, prefix, skip) != 0 || !vb_is_label(e->d_name + skip) ||
            !is_folder(dir, e->d_name))
            continue;
        if (*n == capacity) {
            const char **more = vb_arena_take(arena, 2 * capacity + 16, sizeof *more);

            if (more && *n)
                memcpy(more, *labels, *n * sizeof *more);
            *labels = more;
            capacity = 2 * capacity + 16;
        }
        if (*labels)
            (*labels)[*n] = vb_arena_string(arena, e->d_name + skip);
        if (!*labels || !(*labels)[(*n)++])
            status = vb_fail_memory(err, strlen(e->d_name));
    }
    closedir(dir);
    if (status == VB_OK && *n > 1)
        qsort(*labels, *n, sizeof **labels, by_label);
    return status;
}
