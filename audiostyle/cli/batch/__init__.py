"""What commands with many inputs share, from the names on the command line to the report at the end.

=====================  ==================================================================================
:mod:`.addresses`      paths and addresses (``s3://…``): their parts, and what makes two of them one
:mod:`.remote`         objects in stores, fetched and put so that they appear whole
:mod:`.remote_listing` what lies in stores, each folder of them listed once
:mod:`.staging`        a job that works on copies of what lies elsewhere
:mod:`.conventions`    what ``-`` means, and what outputs are called by default
:mod:`.inputs`         what the user named (files, folders, globs, ``-``) as a list of inputs
:mod:`.naming`         which file each result goes to
:mod:`.alike`          inputs that are called alike, whose results would share a name
:mod:`.plan`           all that is to be done, and every mistake that shows before work starts
:mod:`.tasks`          a task: the job that does it, and what becomes of it
:mod:`.engine`         who does the tasks: this process, several of this machine, or a cluster
:mod:`.ledger`         what has been done, in a file: a run that is started again does what is left
:mod:`.cluster`        the tasks on many machines, through Ray
:mod:`.ray_worker`     what runs there
:mod:`.pool`           the tasks one after the other, or in several processes
:mod:`.workers`        the processes, and what becomes of their tasks when they die
:mod:`.run`            a planned batch carried out, with its progress shown and its outcomes reported
:mod:`.progress`       the progress bars on a terminal's stderr
:mod:`.reporting`      what a batch says about itself, and its exit code
:mod:`.translations`   names and reports of ``translate``
:mod:`.transfers`      names, styles and reports of ``transfer``
:mod:`.pictures`       names, styles, pairs and reports of ``image``
:mod:`.memory`         how the C library handles memory while inputs are processed
=====================  ==================================================================================
"""
