import './settings.suite.ts'
