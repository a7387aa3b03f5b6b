import LakeTestSupport
import Testing

@testable import MeteringLake
@testable import MeteringPipeline

/// The memory that a process may have.
@Suite struct MachineMemoryTests {
    @Test(
        arguments: [
            ([:], 8),
            (["/proc/self/cgroup": "0::/\n"], 8),
            (["/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/memory.max": "max\n"], 8),
            (
                ["/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/memory.max": "1073741824\n"],
                1
            ),
            (
                ["/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/memory.max": "17179869184\n"],
                8
            ),
            // A group's parent may allow less than the group itself.
            (
                [
                    "/proc/self/cgroup": "0::/a.slice/b.service\n",
                    "/sys/fs/cgroup/a.slice/b.service/memory.max": "4294967296\n",
                    "/sys/fs/cgroup/a.slice/memory.max": "2147483648\n",
                ], 2
            ),
            // What a container sees of its group's path may be that of the host.
            (
                [
                    "/proc/self/cgroup": "0::/docker/c\n",
                    "/sys/fs/cgroup/memory.max": "3221225472\n",
                ],
                3
            ),
            (
                [
                    "/proc/self/cgroup": "9:cpu,cpuacct:/x\n4:memory:/x\n0::/\n",
                    "/sys/fs/cgroup/memory/x/memory.limit_in_bytes": "1073741824\n",
                    "/sys/fs/cgroup/cpu,cpuacct/x/memory.limit_in_bytes": "5\n",
                ], 1
            ),
            (["/proc/self/cgroup": "nonsense"], 8),
        ] as [([String: String], Int)])
    func `a control group may allow less than the machine has`(
        files: [String: String], gibibytes: Int
    ) {
        let size = MachineMemory.size(of: 8 << 30, reading: { files[$0] })

        #expect(size == gibibytes << 30)
    }

    @Test(arguments: [(24_576, 6144), (4096, 1024), (2048, 512), (1024, 512)])
    func `a run holds a quarter of it, and at least 512 MiB`(memory: Int, budget: Int) {
        #expect(MachineMemory.budget(of: memory << 20) == budget << 20)
    }
}
