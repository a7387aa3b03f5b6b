import AWSServices
import Foundation
import Synchronization
import Testing

@Suite struct CachedCredentialsTests {
    /// A source whose credentials are numbered, and a clock.
    private final class World: CredentialsProvider {
        struct State {
            var now = Date(timeIntervalSince1970: 1_765_072_800)
            var fetched = 0
            var isDown = false
            /// Seconds; nil for ever.
            var validity: TimeInterval? = 3600
        }
        struct Down: Error {}

        let state = Mutex(State())

        func credentials() async throws -> AWSCredentials {
            // Others shall come while this is under way.
            for _ in 0..<10 { await Task.yield() }
            return try state.withLock { state in
                state.fetched += 1
                guard !state.isDown else { throw Down() }
                return AWSCredentials(
                    accessKeyID: "\(state.fetched)", secretAccessKey: "secret",
                    expiration: state.validity.map { state.now + $0 })
            }
        }

        func cached() -> CachedCredentials {
            CachedCredentials(self) { self.state.withLock { $0.now } }
        }

        func pass(_ seconds: TimeInterval) { state.withLock { $0.now += seconds } }
    }

    private let world = World()

    /// Which credentials are given after each of these waits.
    private func given(after waits: [TimeInterval]) async throws -> [String] {
        let cached = world.cached()
        var given: [String] = []
        for wait in waits {
            world.pass(wait)
            given.append(try await cached.credentials().accessKeyID)
        }
        return given
    }

    @Test func `credentials are renewed five minutes before they expire`() async throws {
        #expect(try await given(after: [0, 3299, 1, 3299, 1]) == ["1", "1", "2", "2", "3"])
    }

    @Test func `short credentials are renewed in the middle of their time`() async throws {
        world.state.withLock { $0.validity = 120 }

        #expect(try await given(after: [0, 59, 1, 59, 1]) == ["1", "1", "2", "2", "3"])
    }

    @Test func `credentials that do not expire are fetched once`() async throws {
        world.state.withLock { $0.validity = nil }

        #expect(try await given(after: [0, 1e9]) == ["1", "1"])
    }

    @Test func `however many ask, one fetch goes out`() async throws {
        let cached = world.cached()

        let ids = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<100 {
                group.addTask { try await cached.credentials().accessKeyID }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }

        #expect(ids == ["1"])
        #expect(world.state.withLock { $0.fetched } == 1)
    }

    @Test func `the old ones serve while new ones cannot be had, until they expire`() async throws {
        let cached = world.cached()
        _ = try await cached.credentials()
        world.state.withLock { $0.isDown = true }

        world.pass(3300)
        #expect(try await cached.credentials().accessKeyID == "1")
        #expect(world.state.withLock { $0.fetched } == 2)
        world.pass(59)
        #expect(try await cached.credentials().accessKeyID == "1")
        #expect(world.state.withLock { $0.fetched } == 2)
        world.pass(1)
        #expect(try await cached.credentials().accessKeyID == "1")
        #expect(world.state.withLock { $0.fetched } == 3)
        world.pass(240)
        await #expect(throws: World.Down.self) { try await cached.credentials() }

        world.state.withLock { $0.isDown = false }
        #expect(try await cached.credentials().accessKeyID == "5")
    }

    @Test func `a failure is not kept`() async throws {
        let cached = world.cached()
        world.state.withLock { $0.isDown = true }

        await #expect(throws: World.Down.self) { try await cached.credentials() }
        world.state.withLock { $0.isDown = false }

        #expect(try await cached.credentials().accessKeyID == "2")
    }

    @Test func `credentials that come expired by a clock that may be wrong serve for a minute`()
        async throws
    {
        world.state.withLock { $0.validity = -1800 }

        #expect(try await given(after: [0, 59, 1]) == ["1", "1", "2"])
    }

    @Test func `a task that is cancelled does not wait for credentials that do not come`()
        async throws
    {
        struct Silent: CredentialsProvider {
            func credentials() async throws -> AWSCredentials {
                // Heeds no cancellation, as a program that is asked does not.
                await withCheckedContinuation { (_: CheckedContinuation<Void, Never>) in }
                fatalError("nobody wakes it")
            }
        }
        let cached = CachedCredentials(Silent())

        for _ in 0..<2 {
            let task = Task { try await cached.credentials() }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
    }

    @Test func `credentials that a service refused are not given again`() async throws {
        let cached = world.cached()
        let first = try await cached.credentials()

        let second = try await cached.credentials(inPlaceOf: first)
        let again = try await cached.credentials(inPlaceOf: first)

        #expect([first, second, again].map(\.accessKeyID) == ["1", "2", "2"])
    }
}
