import './retention.suite.ts'
