import './api-keys.suite.ts'
