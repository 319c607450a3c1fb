import './sealed.suite.ts'
