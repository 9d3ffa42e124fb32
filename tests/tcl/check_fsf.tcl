# SPDX-License-Identifier: GPL-3.0-or-later
# check_fsf.tcl DESIGN.fsf - sources a FEAT design as FEAT does and asks for every key that
# feat_model and feat look up. Prints one line a contrast and EV: CONTRAST EV WEIGHT.
# Faults go to standard error; exit code 1 when there is any.
set path [lindex $argv 0]
set faults 0
proc fault {text} {
    puts stderr $text
    incr ::faults
}
proc need {key} {
    if {![info exists ::fmri($key)]} {
        fault "no key fmri($key)"
        return 0
    }
    return $::fmri($key)
}
if {[catch {source $path} message]} {
    fault "does not source: $message"
    exit 1
}
foreach key {version inmelodic level analysis relative_yn help_yn featwatcher_yn
    sscleanup_yn outputdir tr npts ndelete tagfirst multiple inputtype filtering_yn
    brain_thresh critical_z noise noisear mc sh_yn regunwarp_yn dwell te signallossthresh
    unwarp_dir st st_file bet_yn smooth norm_yn perfsub_yn temphp_yn templp_yn melodic_yn
    stats_yn prewhiten_yn motionevs motionevsbeta scriptevsbeta robust_yn mixed_yn evs_orig
    evs_real evs_vox ncon_orig ncon_real nftests_orig nftests_real constcol poststats_yn
    threshmask thresh prob_thresh z_thresh zdisplay zmin zmax rendertype bgimage tsplot_yn
    reginitial_highres_yn reghighres_yn regstandard_yn alternateReference_yn paradigm_hp
    totalVoxels ncopeinputs confoundevs con_mode con_mode_old conmask_zerothresh_yn
    conmask1_1 alternative_mask init_initial_highres init_highres init_standard
    overwrite_yn} {
    need $key
}
if {![info exists feat_files(1)] || $feat_files(1) eq ""} { fault "no feat_files(1)" }

# Paths hold where FEAT works: in the .feat folder beside the file.
set feat [file join [file dirname [file normalize $path]] made_by.feat]
proc need_file {name} {
    set file [file normalize [file join $::feat $name]]
    if {![file isfile $file]} { fault "no file $name" }
    return $file
}
if {[need confoundevs]} {
    set lines [split [string trim [read [open [need_file $confoundev_files(1)]]]] "\n"]
    if {[llength $lines] != $fmri(npts)} { fault "confounds: [llength $lines] rows" }
}

set n [need evs_orig]
set real 0
for {set i 1} {$i <= $n} {incr i} {
    foreach key {evtitle shape convolve convolve_phase tempfilt_yn deriv_yn custom} {
        need $key$i
    }
    for {set j 0} {$j <= $n} {incr j} {
        if {[need ortho$i.$j] && !$fmri(ortho$i.0)} { fault "ortho$i.$j without its switch" }
    }
    set rows [split [string trim [read [open [need_file $fmri(custom$i)]]]] "\n"]
    foreach row $rows {
        if {[llength $row] != 3} { fault "$fmri(custom$i): $row" }
        foreach x $row { if {![string is double -strict $x]} { fault "no number: $x" } }
    }
    if {$fmri(shape$i) == 10 && $rows ne {{0 0 0}}} { fault "EV $i is empty, its file not" }
    switch $fmri(convolve$i) {
        2 { need gammasigma$i; need gammadelay$i }
        4 - 5 - 6 { need basisfwidth$i; need basisorth$i; incr real [expr {[need basisfnum$i] - 1}] }
    }
    incr real [expr {1 + $fmri(deriv_yn$i)}]
}
if {$real != [need evs_real]} { fault "evs_real $fmri(evs_real), counted $real" }

foreach mode {orig real} {
    for {set c 1} {$c <= [need ncon_$mode]} {incr c} {
        need conpic_$mode.$c
        need conname_$mode.$c
        for {set i 1} {$i <= $fmri(evs_$mode)} {incr i} { need con_$mode$c.$i }
        for {set f 1} {$f <= $fmri(nftests_$mode)} {incr f} { need ftest_$mode$f.$c }
    }
}
set total [expr {$fmri(ncon_real) + $fmri(nftests_real)}]
for {set a 1} {$a <= $total} {incr a} {
    for {set b 1} {$b <= $total} {incr b} { if {$a != $b} { need conmask${a}_$b } }
}
for {set c 1} {$c <= $fmri(ncon_orig)} {incr c} {
    for {set i 1} {$i <= $n} {incr i} {
        puts "$fmri(conname_orig.$c)\t$fmri(evtitle$i)\t$fmri(con_orig$c.$i)"
    }
}
exit [expr {$faults > 0}]
