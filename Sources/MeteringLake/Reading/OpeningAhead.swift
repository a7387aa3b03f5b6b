internal import Synchronization

/// Objects that workers take one after another; those in S3 are asked for before it is their turn, so
/// that no worker waits for each answer.
///
/// Of what was asked for no more than the beginning comes in until somebody reads it.
final class OpeningAhead: Sendable {
    private let objects: [StoredObject]
    private let stores: Stores
    private let state: Mutex<State>

    private struct State {
        /// The next object to be taken, and the next one to be asked for.
        var taken: Int
        var asked: Int
        var requests: [Int: Request] = [:]
        /// Of the objects of ``requests``.
        var bytes: Int64 = 0
    }

    fileprivate typealias Request = Task<Result<any ObjectBody, PipelineError>, Never>

    /// Objects that are asked for ahead, beside those that are read.
    private static let depth = 16
    /// Bytes that these may have together, so that none waits for so long that its connection is given
    /// up.
    private static let maximumBytes: Int64 = 64 << 20

    init(_ objects: [StoredObject], from first: Int, of stores: Stores) {
        self.objects = objects
        self.stores = stores
        state = Mutex(State(taken: first, asked: first))
    }

    deinit {
        for request in state.withLock({ Array($0.requests.values) }) { request.cancel() }
    }

    /// An object that somebody has taken.
    struct Taken {
        let index: Int
        let object: StoredObject
        fileprivate let request: Request?

        /// The object where it was asked for ahead; nil where it is still to be opened.
        func body() async throws(PipelineError) -> (any ObjectBody)? {
            try await request?.value.get()
        }
    }

    /// The next object; nil at the end.
    func next() -> Taken? {
        state.withLock { state in
            let index = state.taken
            guard index < objects.count else { return nil }
            state.taken += 1
            state.asked = max(state.asked, index)
            while state.asked < min(objects.count, state.taken + Self.depth),
                state.asked <= index || state.bytes < Self.maximumBytes
            {
                let object = objects[state.asked]
                if object.location.bucket != nil {
                    state.bytes += object.listed?.size ?? 0
                    state.requests[state.asked] = Request { [stores] in
                        do throws(PipelineError) {
                            return .success(try await stores.open(object))
                        } catch {
                            return .failure(error)
                        }
                    }
                }
                state.asked += 1
            }
            let request = state.requests.removeValue(forKey: index)
            if request != nil { state.bytes -= objects[index].listed?.size ?? 0 }
            return Taken(index: index, object: objects[index], request: request)
        }
    }
}
