internal import Foundation

/// The memory that this process may have.
enum MachineMemory {
    private static let least = 512 << 20

    /// What a run holds where nobody says otherwise: a quarter of it, and at least 512 MiB.
    static let usualBudget = budget(of: size())

    static func budget(of memory: Int) -> Int { max(least, memory / 4) }

    /// That of the machine, or less where a control group bounds it, as in a container.
    ///
    /// - Parameter file: the text of a file; nil where there is none.
    static func size(
        of machine: UInt64 = ProcessInfo.processInfo.physicalMemory,
        reading file: (String) -> String? = { try? String(contentsOfFile: $0, encoding: .utf8) }
    ) -> Int {
        let machine = Int(clamping: machine)
        guard let groups = file("/proc/self/cgroup") else { return machine }
        return groups.split(separator: "\n").reduce(machine) { least, line in
            min(least, limit(of: line, reading: file) ?? least)
        }
    }

    /// The least limit of a group and of those that hold it; nil where there is none.
    ///
    /// - Parameter line: a line of `/proc/self/cgroup`, as cgroups(7) has it: number, controllers, path.
    private static func limit(of line: Substring, reading file: (String) -> String?) -> Int? {
        let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard fields.count == 3 else { return nil }
        let (root, name): (String, String)
        if fields[0] == "0" {
            (root, name) = ("/sys/fs/cgroup", "memory.max")
        } else if fields[1].split(separator: ",").contains("memory") {
            (root, name) = ("/sys/fs/cgroup/memory", "memory.limit_in_bytes")
        } else {
            return nil
        }
        // In a container the path may be that outside of it, and only the root is there.
        var folders = fields[2].split(separator: "/")
        var limits: [Int] = []
        while true {
            let folder = ([root] + folders.map(String.init)).joined(separator: "/")
            let text = file("\(folder)/\(name)")?.trimmingCharacters(in: .whitespacesAndNewlines)
            // It says max where there is no limit.
            if let limit = text.flatMap(Int.init) { limits.append(limit) }
            guard folders.popLast() != nil else { return limits.min() }
        }
    }
}
