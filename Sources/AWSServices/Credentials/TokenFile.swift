internal import Foundation

/// A file that holds a token and nothing else.
enum TokenFile {
    /// The token, without white space around.
    static func token(at path: String, _ place: String) throws(CredentialsError) -> String {
        let bytes: [UInt8]?
        do {
            bytes = try PlainFile.contents(of: path)
        } catch {
            throw CredentialsError(place, "\(path) \(error.reason)")
        }
        guard let bytes, let text = String(validating: bytes, as: UTF8.self) else {
            throw CredentialsError(place, "\(path) cannot be read")
        }
        let token = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !token.isEmpty else { throw CredentialsError(place, "\(path) is empty") }
        return token
    }
}
