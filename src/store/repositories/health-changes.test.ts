import './health-changes.suite.ts'
