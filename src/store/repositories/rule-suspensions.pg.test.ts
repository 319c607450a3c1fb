import './rule-suspensions.suite.ts'
