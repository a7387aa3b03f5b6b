internal import Foundation

/// A file that holds a token and nothing else.
enum TokenFile {
    /// The token, without white space around.
    static func token(at path: String, _ place: String) throws(CredentialsError) -> String {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw CredentialsError(place, "\(path) cannot be read")
        }
        let token = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !token.isEmpty else { throw CredentialsError(place, "\(path) is empty") }
        return token
    }
}
