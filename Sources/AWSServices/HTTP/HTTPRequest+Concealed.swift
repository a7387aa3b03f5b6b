/// Headers and bodies hold signatures and tokens.
extension HTTPRequest: Concealed {}
