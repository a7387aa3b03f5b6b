import Foundation
import Synchronization
import TestSupport

/// CloudWatch Logs with one place for exports, as AWS has it: a task is pending, then runs, then is
/// complete, one state further each time it is looked at by its id.
final class ExportStub: Sendable {
    struct Task: Sendable {
        var id: String
        /// JSON members of what was asked for.
        var members: String
        var states: [String]

        var state: String { states[0] }
    }

    private let tasks = Mutex<[Task]>([])
    /// States that a new task goes through.
    let course: [String]
    /// Replies to CreateExportTask that are lost, though it took effect.
    let lostReplies: Int
    /// Refusals of CreateExportTask while another account's user, whom no list shows, has the place.
    let refusals: Int
    let refusal: String
    /// What S3 has in the folder of 2025-12-07; where nil, a folder of each task.
    let names: [String]?

    init(
        _ tasks: [Task] = [], course: [String] = ["PENDING", "RUNNING", "COMPLETED"],
        lostReplies: Int = 0, refusals: Int = 0, refusal: String = "LimitExceededException",
        names: [String]? = nil
    ) {
        self.course = course
        self.lostReplies = lostReplies
        self.refusals = refusals
        self.refusal = refusal
        self.names = names
        self.tasks.withLock { $0 = tasks }
    }

    func start() throws -> StubService {
        try StubService { [self] call, before in answer(call, before) }
    }

    func answer(_ call: StubService.Call, _ before: Int) -> StubService.Answer {
        switch call.operation {
        case "CreateExportTask": create(call, before)
        case "DescribeExportTasks": describe(call)
        case "": .listing(of: keys)
        default: .error("UnknownOperationException")
        }
    }

    private var keys: [String] {
        let names = names ?? tasks.withLock { $0.map { "\($0.id)/stream/000000.gz" } }
        return names.map { "exports/2025-12-07/\($0)" }
    }

    private func create(_ call: StubService.Call, _ before: Int) -> StubService.Answer {
        tasks.withLock { tasks in
            if before < refusals { return .error(refusal) }
            if tasks.contains(where: { ["PENDING", "RUNNING"].contains($0.state) }) {
                return .error("LimitExceededException")
            }
            let id = "task-\(tasks.count + 1)"
            let members = call.body.dropFirst().dropLast()
            tasks.append(Task(id: id, members: String(members), states: course))
            if before < lostReplies { return .error("InternalFailure", status: 500) }
            return .result("{\"taskId\": \"\(id)\"}")
        }
    }

    private func describe(_ call: StubService.Call) -> StubService.Answer {
        tasks.withLock { tasks in
            let id = call.value("taskId")
            var shown: [String] = []
            for index in tasks.indices where id == nil || tasks[index].id == id {
                let task = tasks[index]
                shown.append(
                    "{\"taskId\": \"\(task.id)\", \(task.members), "
                        + "\"status\": {\"code\": \"\(task.state)\"}}")
                // What another one does goes on as well.
                if tasks[index].states.count > 1 { tasks[index].states.removeFirst() }
            }
            return .result("{\"exportTasks\": [\(shown.joined(separator: ", "))]}")
        }
    }
}
