import './server-health.suite.ts'
