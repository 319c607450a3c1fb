import './mounts.suite.ts'
