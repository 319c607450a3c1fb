import './fixture-databases.suite.ts'
