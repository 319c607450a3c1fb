import './two-step.suite.ts'
