import './invitations.suite.ts'
