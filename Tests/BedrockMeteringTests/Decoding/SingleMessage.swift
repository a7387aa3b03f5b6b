import Gzip

@testable import BedrockMetering

/// What one message is to a parser that has seen no other.
struct SingleMessage {
    var record: UsageRecord?
    var reason: RejectionReason?

    init(of message: [UInt8], envelopeTime: Int64? = nil) {
        var padded = message + [UInt8](repeating: 0, count: ByteScan.padding)
        var row = UsageBatchRow()
        var parser = UsageMessageParser()
        padded.withUnsafeMutableBytes { memory in
            let outcome = parser.parse(
                memory,
                from: 0,
                to: message.count,
                envelopeTime: envelopeTime,
                row: &row
            )
            switch outcome {
            case .usage:
                var batch = UsageBatch()
                batch.text = UnsafeRawBufferPointer(memory)
                batch.rows.append(row)
                record = batch.record(at: 0)
            case .foreign:
                let bytes = UnsafeRawBufferPointer(rebasing: memory[..<message.count])
                if !UnsoundBytes.mayBeText(bytes) { reason = .notText }
            case .rejected(let reason): self.reason = reason
            }
        }
    }
}
