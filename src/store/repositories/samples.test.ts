import './samples.suite.ts'
