import BedrockMetering
import Foundation
import Testing

/// What loggers, routers and services wrap around a usage line.
struct Wrapper: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// The event, given the line's text.
    let wrap: @Sendable (String) -> String

    init(_ name: String, _ wrap: @escaping @Sendable (String) -> String) {
        testDescription = name
        self.wrap = wrap
    }

    static let all = loggers + routers + services + payloads

    /// The line as the content of a JSON string, with its quotes.
    static func text(_ line: String) -> String { Delivery.json(line) }

    static let loggers: [Wrapper] = [
        Wrapper("Lambda's JSON format, an object") {
            #"{"timestamp": "2025-12-07T10:00:00.123Z", "level": "INFO", "requestId": "6bc2", "message": \#($0)}"#
        },
        Wrapper("Lambda's JSON format, a text") {
            #"{"timestamp": "2025-12-07T10:00:00Z", "level": "INFO", "message": \#(text($0)), "logger": "root"}"#
        },
        Wrapper("Lambda's text format") {
            "2025-12-07T10:00:00.123Z\t6bc28136-0000-4365-b021-0ce6b2e64ab0\tINFO\t\($0)"
        },
        Wrapper("Lambda's text format of Python") {
            "[INFO]\t2025-12-07T10:00:00.123Z\t6bc28136-0000-4365-b021-0ce6b2e64ab0\t\($0)\n"
        },
        Wrapper("Python's logging") { "INFO:root:\($0)" },
        Wrapper("Python's logging, named for usage") { "INFO:bedrock_token_usage:\($0)" },
        Wrapper("Python's logging with a time") {
            "2025-12-07 10:00:00,123 - usage - INFO - \($0)"
        },
        Wrapper("Powertools") {
            #"{"level":"INFO","location":"log:12","message":\#($0),"timestamp":"2025-12-07 10:00:00,123+0900","service":"x"}"#
        },
        Wrapper("winston") { #"{"level":"info","message":\#(text($0))}"# },
        Wrapper("pino") { #"{"level":30,"time":1765101600000,"pid":1,"msg":\#(text($0))}"# },
        Wrapper("pino, an object") {
            #"{"level":30,"time":1765101600000,"usage":\#($0),"msg":""}"#
        },
        Wrapper("log4j's pattern") { "2025-12-07 10:00:00 [main-{1}] INFO  c.e.Usage {} - \($0)" },
        Wrapper("logfmt, quoted") { "time=2025-12-07T10:00:00Z level=info msg=\(text($0)) n=1" },
        Wrapper("logfmt, bare") { "time=2025-12-07T10:00:00Z level=info msg=\($0)" },
        Wrapper("terminal colours") { "\u{1b}[32mINFO\u{1b}[0m \u{1b}[1;36m\($0)\u{1b}[0m" },
        Wrapper("text behind it") { "recorded \($0) in 3 ms" },
        Wrapper("text of text of text") { #"{"log": \#(text(text(text($0))))}"# },
        Wrapper("pretty-printed") {
            "{\n  \"level\": \"INFO\",\n  \"message\": {\n    \"usage\": \($0)\n  }\n}"
        },
        Wrapper("slashes and letters escaped") {
            #"{"m": \#(text($0).replacing("_", with: #"\u005f"#))}"#
        },
    ]

    static let routers: [Wrapper] = [
        Wrapper("Docker") {
            #"{"log":\#(text($0 + "\n")),"stream":"stdout","time":"2025-12-07T10:00:00.123456789Z"}"#
        },
        Wrapper("CRI") { "2025-12-07T10:00:00.123456789Z stdout F \($0)" },
        Wrapper("Fluent Bit of CRI with Kubernetes") {
            #"{"time":"2025-12-07T10:00:00.1Z","stream":"stdout","_p":"F","log":"2025-12-07T10:00:00.1Z stdout F \#(text($0).dropFirst()),"kubernetes":{"pod_name":"p","labels":{"app":"x"}}}"#
        },
        Wrapper("Fluent Bit, kept and parsed by date") {
            #"{"date":1765101600.123456,"log_processed":\#($0),"source":"app"}"#
        },
        Wrapper("syslog") { "<14>1 2025-12-07T10:00:00.123Z host app 1 - - \($0)" },
        Wrapper("syslog of old") { "<14>Dec  7 10:00:00 host app[1]: \($0)" },
        Wrapper("OTLP") {
            #"{"resourceLogs":[{"resource":{"attributes":[]},"scopeLogs":[{"scope":{},"logRecords":[{"timeUnixNano":"1765101600000000000","severityText":"INFO","body":{"stringValue":\#(text($0))}}]}]}]}"#
        },
        Wrapper("Vector") {
            #"{"message":\#(text($0)),"timestamp":"2025-12-07T10:00:00.123Z","source_type":"file"}"#
        },
        Wrapper("Logstash") {
            #"{"@timestamp":"2025-12-07T10:00:00.123Z","@version":"1","message":\#(text($0))}"#
        },
        Wrapper("an event of another type") { #"{"event_type":"log","message":\#(text($0))}"# },
    ]

    static let services: [Wrapper] = [
        Wrapper("EventBridge") {
            #"{"version":"0","id":"e","detail-type":"usage","source":"app","time":"2025-12-07T10:00:00Z","detail":\#($0)}"#
        },
        Wrapper("SNS") {
            #"{"Records":[{"EventSource":"aws:sns","Sns":{"Type":"Notification","Message":\#(text($0)),"Timestamp":"2025-12-07T10:00:00.000Z"}}]}"#
        },
        Wrapper("SQS") {
            #"{"Records":[{"messageId":"m","body":\#(text($0)),"attributes":{"SentTimestamp":"1765101600000"}}]}"#
        },
        Wrapper("SNS in SQS") { line in
            let notification = #"{"Type":"Notification","Message":\#(text(line))}"#
            return #"{"Records":[{"messageId":"m","body":\#(text(notification))}]}"#
        },
        Wrapper("filter-log-events") {
            #"{"events":[{"logStreamName":"s","timestamp":1765101600000,"message":"START RequestId: 1","eventId":"1"},{"logStreamName":"s","timestamp":1765101600001,"message":\#(text($0)),"ingestionTime":1765101600002,"eventId":"2"}],"searchedLogStreams":[]}"#
        },
        Wrapper("a document of CloudWatch in a text") {
            #"{"body":\#(text(Delivery.document([$0])))}"#
        },
        Wrapper("an array") { "[\($0)]" },
        Wrapper("an array behind text") { "INFO [\($0)]" },
    ]

    static let payloads: [Wrapper] = [
        Wrapper("awslogs") { Delivery.lambdaEvent(gzip(Delivery.document([$0]))) },
        Wrapper("awslogs, printed") {
            "Event: " + Delivery.lambdaEvent(gzip(Delivery.document([$0])))
        },
        Wrapper("awslogs, logged") {
            #"{"level":"INFO","message":\#(Delivery.lambdaEvent(gzip(Delivery.document([$0]))))}"#
        },
        Wrapper("Firehose's records") { Delivery.firehoseEvent([Array($0.utf8)]) },
        Wrapper("Firehose's transformation") {
            #"{"invocationId":"i","region":"x","records":[{"recordId":"1","approximateArrivalTimestamp":1765101600000,"data":"\#(base64(gzip($0)))"}]}"#
        },
        Wrapper("Kinesis") {
            #"{"Records":[{"kinesis":{"partitionKey":"k","data":"\#(base64(gzip(Delivery.document([$0]))))","approximateArrivalTimestamp":1765101600.5},"eventSource":"aws:kinesis"}]}"#
        },
        Wrapper("GetRecords") {
            #"{"Records":[{"SequenceNumber":"1","Data":"\#(base64(Array($0.utf8)))"}]}"#
        },
        Wrapper("what Firehose failed to process") {
            #"{"attemptsMade":4,"arrivalTimestamp":1765101600000,"errorCode":"Lambda.FunctionError","rawData":"\#(base64(gzip(Delivery.document([$0]))))"}"#
        },
        Wrapper("what Firehose failed to process, keys in order") {
            #"{"EsDocument":null,"errorCode":"x","rawData":"\#(base64(Array($0.utf8)))"}"#
        },
        Wrapper("another key") { #"{"topic":[{"value":"\#(base64(Array($0.utf8)))"}]}"# },
        Wrapper("another key, compressed") { #"{"blob":"\#(base64(gzip($0)))"}"# },
    ]

    static func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

    /// The ways in which an event comes.
    static let deliveries: [(name: String, deliver: @Sendable (String) -> String)] = [
        ("alone", { $0 }),
        ("an export task's", { Delivery.exported($0) }),
        ("a subscription's", { Delivery.document([$0]) }),
    ]
}
