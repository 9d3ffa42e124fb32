/* SPDX-License-Identifier: GPL-3.0-or-later */
/* matio_copy FROM TO: reads a .mat file with matio and writes its variables with matio. */
#include <matio.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    mat_t *from = argc == 3 ? Mat_Open(argv[1], MAT_ACC_RDONLY) : NULL;
    mat_t *to = from ? Mat_CreateVer(argv[2], NULL, MAT_FT_MAT5) : NULL;
    matvar_t *variable;
    int n = 0;

    if (!to)
        return 1;
    while ((variable = Mat_VarReadNext(from)) != NULL) {
        if (Mat_VarWrite(to, variable, MAT_COMPRESSION_ZLIB) != 0)
            return 1;
        Mat_VarFree(variable);
        n++;
    }
    Mat_Close(to);
    Mat_Close(from);
    printf("%d variables\n", n);
    return n ? 0 : 1;
}
