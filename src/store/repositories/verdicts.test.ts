import './verdicts.suite.ts'
