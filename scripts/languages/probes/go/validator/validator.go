// Package validator stands in for the one module that the generated client asks for and that is not at hand.
// The client asks it about unions that it reads, and no answer of this API is one.
package validator

// Validate finds no fault.
func Validate(any) error { return nil }
