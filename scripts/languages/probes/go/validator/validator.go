// Package validator is a stub of the only module that the generated client requires, so that the build needs no
// network. The client validates only unions in responses with it; this API has none.
package validator

// Validate accepts every value.
func Validate(any) error { return nil }
