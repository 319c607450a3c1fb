import './preset-modes.suite.ts'
