import Synchronization
import Testing

@testable import MeteringGateway

/// Groups of what is asked for at the same time.
@Suite struct GroupCommitTests {
    @Test func `each has its own result, in order, and few groups do for many`() async {
        let groups = Mutex<[Int]>([])
        let group = GroupCommit<Int, Int> { items in
            groups.withLock { $0.append(items.count) }
            try? await Task.sleep(for: .milliseconds(2))
            return items.map { $0 * 2 }
        }

        let results = await withTaskGroup(of: (Int, Int).self) { tasks in
            for item in 0..<200 { tasks.addTask { (item, await group(item)) } }
            return await tasks.reduce(into: [Int: Int]()) { $0[$1.0] = $1.1 }
        }

        #expect(results.count == 200)
        #expect(results.allSatisfy { $0.value == $0.key * 2 })
        let sizes = groups.withLock(\.self)
        #expect(sizes.reduce(0, +) == 200)
        #expect(sizes.count < 100)
    }

    @Test func `no group is larger than it may be, and what is asked for later is done too`() async
    {
        let largest = Mutex(0)
        let group = GroupCommit<Int, Int>(wait: .milliseconds(5), maximumCount: 3) { items in
            largest.withLock { $0 = max($0, items.count) }
            return items
        }
        for round in 0..<3 {
            await withTaskGroup(of: Int.self) { tasks in
                for item in 0..<10 { tasks.addTask { await group(item + round) } }
                await tasks.waitForAll()
            }
        }

        #expect(largest.withLock(\.self) == 3)
    }
}
