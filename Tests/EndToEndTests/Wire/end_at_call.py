#!/usr/bin/env python3
"""Runs a program and ends it with SIGKILL right before its N-th write, sync, rename, truncate or send.

    end_at_call.py --at N --log FILE [--from-start] -- PROGRAM ARGUMENT…

Calls are counted over all threads in the order in which they are made, which strace cannot do: its `when=N` counts
each call of each thread by itself, so that no number reaches the first writes of a second thread. The call that is
the N-th is not carried out. With --at 0 nothing is ended and calls are only counted.

Counting begins with SIGUSR1, or with the program; FILE then exists. It ends with SIGUSR2; the last line of FILE then
is "done". Each counted call is a line: number, call, and the file or socket. The exit code is that of the program, 137 when it was ended by a call.
SIGTERM is passed on. The program ends with this one.
"""
import argparse
import ctypes
import os
import platform
import signal
import sys

# Calls by number; what is not there in an architecture has another name there (renameat for rename).
CALLS = {
    "x86_64": {
        1: "write", 18: "pwrite64", 20: "writev", 40: "sendfile", 44: "sendto", 46: "sendmsg", 74: "fsync",
        75: "fdatasync", 76: "truncate", 77: "ftruncate", 82: "rename", 83: "mkdir", 84: "rmdir", 86: "link",
        87: "unlink", 91: "fchmod", 258: "mkdirat", 263: "unlinkat", 264: "renameat", 265: "linkat",
        277: "sync_file_range", 285: "fallocate", 296: "pwritev", 306: "syncfs", 307: "sendmmsg", 316: "renameat2",
        326: "copy_file_range", 328: "pwritev2",
    },
    "aarch64": {
        34: "mkdirat", 35: "unlinkat", 37: "linkat", 38: "renameat", 45: "truncate", 46: "ftruncate", 47: "fallocate",
        52: "fchmod", 64: "write", 66: "writev", 68: "pwrite64", 70: "pwritev", 71: "sendfile", 82: "fsync",
        83: "fdatasync", 84: "sync_file_range", 206: "sendto", 211: "sendmsg", 267: "syncfs", 269: "sendmmsg",
        276: "renameat2", 285: "copy_file_range", 287: "pwritev2",
    },
}
ON_PATHS = {"rename", "unlink", "mkdir", "rmdir", "link", "truncate"}

DONE = "done"
TRACEME, CONT, SETOPTIONS, GET_SYSCALL_INFO = 0, 7, 0x4200, 0x420E
OPTIONS = 0x2 | 0x4 | 0x8 | 0x10 | 0x80 | 0x100000  # fork, vfork, clone, exec, seccomp; end with the tracer
EVENT_SECCOMP = 7
WALL = 0x40000000
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
libc.ptrace.restype = ctypes.c_long


class SyscallInfo(ctypes.Structure):
    _fields_ = [("op", ctypes.c_uint8), ("pad", ctypes.c_uint8 * 3), ("arch", ctypes.c_uint32),
                ("instruction", ctypes.c_uint64), ("stack", ctypes.c_uint64), ("number", ctypes.c_uint64),
                ("arguments", ctypes.c_uint64 * 6), ("data", ctypes.c_uint32)]


class Instruction(ctypes.Structure):
    _fields_ = [("code", ctypes.c_uint16), ("true", ctypes.c_uint8), ("false", ctypes.c_uint8), ("k", ctypes.c_uint32)]


class Filter(ctypes.Structure):
    _fields_ = [("length", ctypes.c_uint16), ("instructions", ctypes.POINTER(Instruction))]


def ptrace(request, process, address=0, data=0):
    result = libc.ptrace(request, process, address, data)
    if result < 0:
        raise OSError(ctypes.get_errno(), f"ptrace {request:#x}: {os.strerror(ctypes.get_errno())}")
    return result


def install_filter(numbers):
    """Lets the kernel stop this process, and all that it becomes, at these calls only: the rest runs at full speed."""
    load, equals, answer = 0x20, 0x15, 0x06
    program = [Instruction(load, 0, 0, 0)]
    for left, number in zip(range(len(numbers), 0, -1), sorted(numbers)):
        program.append(Instruction(equals, left, 0, number))
    program += [Instruction(answer, 0, 0, 0x7FFF0000), Instruction(answer, 0, 0, 0x7FF00000)]  # allow, trace
    array = (Instruction * len(program))(*program)
    if libc.prctl(38, 1, 0, 0, 0) != 0 or libc.prctl(22, 2, ctypes.byref(Filter(len(program), array)), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl: " + os.strerror(ctypes.get_errno()))


class Tracer:
    def __init__(self, options):
        self.at, self.path, self.program = options.at, options.log, options.program
        self.names = CALLS.get(platform.machine())
        if self.names is None:
            sys.exit(f"end_at_call.py does not know the calls of {platform.machine()}")
        self.count, self.log, self.is_counting = 0, None, False
        # Whoever started us may have blocked signals, and the program would inherit that too.
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        if options.from_start:
            self.begin()
        signal.signal(signal.SIGUSR1, lambda *_: self.begin())
        signal.signal(signal.SIGUSR2, lambda *_: self.end())
        signal.signal(signal.SIGTERM, lambda *_: os.kill(self.main, signal.SIGTERM))

    def begin(self):
        self.log = open(self.path, "w", buffering=1)
        self.is_counting = True

    def end(self):
        self.is_counting = False
        if self.log is not None:
            self.log.write(DONE + "\n")

    def start(self):
        self.main = os.fork()
        if self.main == 0:
            try:
                signal.signal(signal.SIGUSR1, signal.SIG_DFL)
                signal.signal(signal.SIGUSR2, signal.SIG_DFL)
                signal.signal(signal.SIGTERM, signal.SIG_DFL)
                ptrace(TRACEME, 0)
                os.kill(os.getpid(), signal.SIGSTOP)
                install_filter(self.names)
                os.execvp(self.program[0], self.program)
            except OSError as error:
                print(f"end_at_call.py: {error}", file=sys.stderr, flush=True)
            os._exit(126)
        _, status = os.waitpid(self.main, WALL)
        if not os.WIFSTOPPED(status):
            sys.exit(126)
        ptrace(SETOPTIONS, self.main, 0, OPTIONS)
        ptrace(CONT, self.main)

    def target(self, thread, name, arguments):
        """The file or socket of a call; None when what it does is nobody's business but the process' own."""
        try:
            if name in ON_PATHS or name.endswith("at") or name == "renameat2":
                with open(f"/proc/{thread}/mem", "rb", buffering=0) as memory:
                    memory.seek(arguments[0 if name in ON_PATHS else 1])
                    return memory.read(256).split(b"\0")[0].decode(errors="replace")
            target = os.readlink(f"/proc/{thread}/fd/{arguments[0]}")
        except (OSError, ValueError, OverflowError):
            return "?"
        # Wake-ups between threads.
        return None if target.startswith(("anon_inode:", "pipe:", "/dev/null")) else target

    def stopped_before_call(self, thread):
        """Whether the process was ended here."""
        if not self.is_counting:
            return False
        info = SyscallInfo()
        ptrace(GET_SYSCALL_INFO, thread, ctypes.sizeof(info), ctypes.addressof(info))
        name = self.names.get(info.number, str(info.number))
        target = self.target(thread, name, info.arguments)
        if target is None:
            return False
        self.count += 1
        self.log.write(f"{self.count} {name} {target}\n")
        if self.count != self.at:
            return False
        os.kill(self.main, signal.SIGKILL)
        return True

    def run(self):
        self.start()
        known = {self.main}
        while True:
            try:
                thread, status = os.waitpid(-1, WALL)
            except ChildProcessError:
                return 1
            if os.WIFEXITED(status) or os.WIFSIGNALED(status):
                known.discard(thread)
                if thread == self.main:
                    return os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)
                continue
            stop, event = os.WSTOPSIG(status), status >> 16
            try:
                if event == EVENT_SECCOMP and self.stopped_before_call(thread):
                    continue
                is_new = thread not in known
                known.add(thread)
                # Threads begin with a stop of their own; other signals are the program's.
                is_ours = event != 0 or (is_new and stop == signal.SIGSTOP)
                ptrace(CONT, thread, 0, 0 if is_ours else stop)
            except ProcessLookupError:
                pass
            except OSError as error:
                if error.errno != 3:
                    raise


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--at", type=int, required=True)
    parser.add_argument("--log", required=True)
    parser.add_argument("--from-start", action="store_true")
    parser.add_argument("program", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    options.program = options.program[1:] if options.program[:1] == ["--"] else options.program
    return Tracer(options).run()


if __name__ == "__main__":
    # At once: while Python tidies up, a signal would end it by its default action.
    os._exit(main())
