/** The settings that administrators change on the pages, and what holds until one of them does. */
import type {UserId} from './access.ts'

export interface SettingValues {
  /** How long entries of the journal are kept. */
  readonly auditDays: number
  /** How long samples of a minute, an hour and a day are kept. */
  readonly historyDays: HistoryDays
  /** Servers of members may not lie at private addresses. */
  readonly membersPublicOnly: boolean
  /** Who does not manage a server may save there, too, beside the folders that it uses. */
  readonly allowedFolders: readonly AllowedFolder[]
  /** Where they may anyway, also at the address of a server of somebody else. */
  readonly memberAddresses: readonly MemberAddress[]
  /** A session ends when it was not used for so long, and in any case after so long. */
  readonly sessionIdleDays: number
  readonly sessionAbsoluteDays: number
  /** People log in by name and password. */
  readonly passwordLogIn: boolean
}

interface AllowedFolder {
  readonly serverId: string
  /** As the server writes it. */
  readonly folder: string
}

export interface MemberAddress {
  /** `null` = everybody. */
  readonly userId: UserId | null
  /** A name or an address, as the host of a URL: members have to write it like this. */
  readonly address: string
  readonly port: number
}

export interface HistoryDays {
  readonly minutes: number
  readonly hours: number
  readonly days: number
}

export const usualValues: SettingValues = {
  auditDays: 365,
  historyDays: {minutes: 2, hours: 90, days: 3_650},
  allowedFolders: [],
  membersPublicOnly: true,
  memberAddresses: [],
  sessionIdleDays: 30,
  sessionAbsoluteDays: 180,
  passwordLogIn: true,
}
