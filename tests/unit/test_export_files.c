/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The hand-made study on disk, for the programs that read it (tests/test_export_oracles.sh
 * sets VB_EXPORT_DIR); without that, into a temporary folder.
 */
#include "export_job.h"
#include "valuebold/file.h"

#include <unistd.h>

Test(export_files, every_exporter_s_files_can_be_published_together)
{
    job_fixture *f = job_make();
    vb_outputs outputs = {0};
    char folder[] = "/tmp/vb_export_XXXXXX";
    const char *to = getenv("VB_EXPORT_DIR");
    vb_error err = {0};

    f->events[0][0].orthogonalise = f->events[1][0].orthogonalise =
        getenv("VB_EXPORT_ORTH");
    for (size_t i = 0; i < vb_n_exporters(); i++)
        cr_assert_eq(vb_exporter_at(i)->write(&f->job, &outputs, NULL, &err), VB_OK,
                     "%s", err.text);
    cr_assert(to || mkdtemp(folder));
    cr_expect_eq(vb_outputs_publish(&outputs, to ? to : folder, VB_REPLACE_OLD, &err),
                 VB_OK, "%s", err.text);
    for (size_t i = 0; i < outputs.n; i++) {
        char path[512];
        vb_buffer bytes = {0};

        snprintf(path, sizeof path, "%s/%s", to ? to : folder, outputs.items[i].path);
        cr_assert_eq(vb_file_read(path, 0, &bytes, &err), VB_OK, "%s", err.text);
        cr_expect(bytes.n == outputs.items[i].bytes.n &&
                      memcmp(bytes.bytes, outputs.items[i].bytes.bytes, bytes.n) == 0,
                  "%s", path);
        vb_buffer_free(&bytes);
        if (!to)
            unlink(path);
    }
    vb_outputs_free(&outputs);
    job_free(f);
    if (!to) {
        static const char *const made[] = {"/export/spm/sub-01",
                                           "/export/fsl/sub-01",
                                           "/export/nilearn/sub-01",
                                           "/export/afni/sub-01",
                                           "/export/bids-model/sub-01",
                                           "/export/spm",
                                           "/export/fsl",
                                           "/export/nilearn",
                                           "/export/afni",
                                           "/export/bids-model",
                                           "/export",
                                           ""};

        for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
            char path[64];

            snprintf(path, sizeof path, "%s%s", folder, made[i]);
            rmdir(path);
        }
    }
}
