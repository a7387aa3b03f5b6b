extension String {
    /// The text with every `quote` written twice, whatever follows it.
    ///
    /// It works on scalars: a quote with a combining mark after it is one `Character`, which a search
    /// for the quote would miss.
    func doubling(_ quote: Unicode.Scalar) -> String {
        var doubled = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            doubled.append(scalar)
            if scalar == quote { doubled.append(quote) }
        }
        return String(doubled)
    }
}
