import './servers.suite.ts'
