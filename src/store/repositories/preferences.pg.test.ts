import './preferences.suite.ts'
