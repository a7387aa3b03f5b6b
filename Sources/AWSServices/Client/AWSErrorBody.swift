/// What the body of an error says, be it JSON or XML.
struct AWSErrorBody {
    var code: String?
    var message: String?
    /// Of a bucket that is elsewhere.
    var region: String?

    /// Bytes.
    static let maximumSize = 256 << 10

    private struct JSONError: Decodable {
        var __type: String?
        var code: String?
        var message: String?
        var Message: String?
    }

    /// - Parameter headers: of the response, by names in lower case.
    init(_ body: [UInt8], headers: [String: String] = [:]) {
        region = headers["x-amz-bucket-region"]
        if let header = headers["x-amzn-errortype"] { code = Self.name(header) }
        if let error = ServiceJSON.value(JSONError.self, of: body) {
            code = code ?? (error.__type ?? error.code).map(Self.name)
            message = error.message ?? error.Message
        } else {
            read(body)
        }
        code = code.map { ServiceText.shown($0) }
        region = region.map { ServiceText.shown($0) }
    }

    /// Takes the first elements of each name, wherever they stand. What comes before a fault holds: a key in an
    /// error may have characters that XML has no form for.
    private mutating func read(_ body: [UInt8]) {
        var reader = XMLReader(body)
        var found: (code: String?, message: String?, region: String?)
        do throws(XMLFault) {
            while let event = try reader.next() {
                guard case .start(let name) = event else { continue }
                switch name {
                case "Code" where found.code == nil: found.code = try reader.text()
                case "Message" where found.message == nil: found.message = try reader.text()
                case "Region" where found.region == nil: found.region = try reader.text()
                default: continue
                }
            }
        } catch {}
        code = code ?? found.code
        message = found.message
        region = region ?? found.region
    }

    /// `Name` of `namespace#Name:http://…`.
    private static func name(_ text: String) -> String {
        let last = text.split(separator: "#").last ?? ""
        return String(last.split(separator: ":").first ?? "")
    }
}
