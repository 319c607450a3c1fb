import './sampler.suite.ts'
