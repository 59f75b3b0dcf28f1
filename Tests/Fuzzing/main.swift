import Glibc

exit(runFuzzing())
