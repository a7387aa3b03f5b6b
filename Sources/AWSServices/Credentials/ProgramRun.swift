internal import Foundation

/// One run of a program without input, whose output is taken and whose complaints are not.
///
/// Foundation's `Process` would wait for the program's own children too, which may stay behind.
struct ProgramRun: Sendable, Concealed {
    enum Outcome: Sendable {
        case output([UInt8])
        /// It ended with a status other than 0, or by a signal.
        case status(Int32)
        case signal(Int32)
        case notStarted
        /// It had to be killed, with its children: it took too long or wrote too much.
        case stopped
    }

    let executable: String
    let arguments: [String]
    let environment: [String: String]
    /// How long it may take.
    let timeout: Duration
    /// Bytes of output.
    let limit: Int

    /// Runs the program to its end. Blocks the thread.
    func outcome() -> Outcome {
        let deadline = ContinuousClock.now + timeout
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return .notStarted }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(ends[0]) }
        let child = start(output: ends[1])
        close(ends[1])
        guard let child else { return .notStarted }
        guard let output = read(ends[0], until: deadline),
            let status = wait(for: child, until: deadline)
        else {
            // It leads a process group of its own.
            kill(-child, SIGKILL)
            kill(child, SIGKILL)
            _ = wait(for: child, until: nil)
            return .stopped
        }
        if status & 0x7f != 0 { return .signal(status & 0x7f) }
        return status == 0 ? .output(output) : .status(status >> 8 & 0xff)
    }

    private func start(output: Int32) -> pid_t? {
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
            var attributes: posix_spawnattr_t?
        #else
            var actions = posix_spawn_file_actions_t()
            var attributes = posix_spawnattr_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        // What this process does with signals is no business of the program.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigaddset(&signals, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        posix_spawnattr_setflags(&attributes, Int16(flags))
        var child = pid_t()
        let status = Self.withPointers([executable] + arguments) { arguments in
            Self.withPointers(environment.map { "\($0)=\($1)" }) { environment in
                posix_spawn(&child, executable, &actions, &attributes, arguments, environment)
            }
        }
        return status == 0 ? child : nil
    }

    private static func withPointers<Result>(
        _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let pointers = texts.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers + [nil])
    }

    /// The status of a process that has ended; nil where it has not at the deadline.
    private func wait(for child: pid_t, until deadline: ContinuousClock.Instant?) -> Int32? {
        var status: Int32 = 0
        while true {
            let ended = waitpid(child, &status, deadline == nil ? 0 : WNOHANG)
            if ended == child { return status }
            // Whoever else has waited for it has taken its status along.
            if ended < 0, errno != EINTR { return nil }
            if let deadline, ContinuousClock.now >= deadline { return nil }
            if ended == 0 { usleep(1000) }
        }
    }

    /// All bytes up to the end; nil where that does not come in time, or after too many.
    private func read(_ descriptor: Int32, until deadline: ContinuousClock.Instant) -> [UInt8]? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while bytes.count <= limit {
            let rest = ContinuousClock.now.duration(to: deadline) / .milliseconds(1)
            guard rest > 0 else { return nil }
            var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let count = poll(&state, 1, Int32(min(rest.rounded(.up), 1000)))
            if count == 0 || (count < 0 && errno == EINTR) { continue }
            let size = Foundation.read(descriptor, &buffer, buffer.count)
            if size < 0 && errno == EINTR { continue }
            guard size > 0 else { return size == 0 ? bytes : nil }
            bytes += buffer[..<size]
        }
        return nil
    }
}
