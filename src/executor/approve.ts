/**
 * Where a command becomes an approved one: the only file in the house that may say so. Guards are asked here, in a
 * fixed order, item by item; the first no ends the item.
 */
import type {Approved, RemovalCommand, ServerCommand, TorrentCommand} from '#model/command.ts'
import type {Guard, GuardedItem, Refusal} from './guards/guard.ts'

export type AnyTorrentCommand = TorrentCommand | RemovalCommand

/** `null` = nobody objects. */
export function refusalOf(item: GuardedItem, guards: readonly Guard[]): Refusal | null {
  for (const guard of guards) {
    const refusal = guard(item)
    if (refusal) return refusal
  }
  return null
}

/** Call only with commands whose items passed `refusalOf`. */
export function approve<C extends AnyTorrentCommand>(command: C): Approved<C> {
  return command as Approved<C>
}

export function isRemoval(command: AnyTorrentCommand): command is RemovalCommand {
  return command.verb === 'remove' || command.verb === 'removeWithData'
}

export function approveForServer(command: ServerCommand): Approved<ServerCommand> {
  return command as Approved<ServerCommand>
}
