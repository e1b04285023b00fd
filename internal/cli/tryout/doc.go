// Package tryout owns the commands that need no Concur and no ERP: demo and sim, which start simulators on this machine
// and a working folder that goes by them. Nothing here is reached by the commands that work with real ones.
package tryout
