internal import Foundation

/// What the body of an error says, be it JSON or XML.
struct AWSErrorBody {
    var code: String?
    var message: String?
    /// Of a bucket that is elsewhere.
    var region: String?

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
        if let error = try? JSONDecoder().decode(JSONError.self, from: Data(body)) {
            code = code ?? (error.__type ?? error.code).map(Self.name)
            message = error.message ?? error.Message
        } else {
            let text = String(decoding: body, as: UTF8.self)
            code = code ?? Self.element("Code", of: text)
            message = Self.element("Message", of: text)
            region = region ?? Self.element("Region", of: text)
        }
    }

    /// The text between the first tags of that name, which are never nested in errors.
    private static func element(_ name: String, of text: String) -> String? {
        guard let start = text.range(of: "<\(name)>"),
            let end = text.range(of: "</\(name)>", range: start.upperBound..<text.endIndex)
        else { return nil }
        return String(text[start.upperBound..<end.lowerBound])
    }

    /// `Name` of `namespace#Name:http://…`.
    private static func name(_ text: String) -> String {
        let last = text.split(separator: "#").last ?? ""
        return String(last.split(separator: ":").first ?? "")
    }
}
