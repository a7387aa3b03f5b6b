/// What browsers are told about pages of other origins.
struct CORSPolicy: Sendable {
    let settings: CORSSettings?

    /// The headers of each answer.
    func headers(origin: String?) -> [(name: String, value: String)] {
        guard let settings else { return [] }
        let isAny = settings.origins.contains("*")
        var headers = isAny ? [] : [(name: "vary", value: "Origin")]
        let allowed = isAny ? "*" : origin.flatMap { settings.origins.contains($0) ? $0 : nil }
        if let allowed {
            headers.append(("access-control-allow-origin", allowed))
            headers.append(("access-control-expose-headers", "x-request-id, retry-after"))
        }
        return headers
    }

    /// What else is told before a call is made.
    func preflightHeaders(origin: String?) -> [(name: String, value: String)] {
        let isAllowed = headers(origin: origin).contains {
            $0.name == "access-control-allow-origin"
        }
        guard isAllowed else { return [] }
        return [
            ("access-control-allow-methods", "GET, POST, OPTIONS"),
            ("access-control-allow-headers", "authorization, content-type"),
            ("access-control-max-age", "600"),
        ]
    }
}
