import './expiry.suite.ts'
