/** What the socket tells of actions: held removals begin elsewhere, and end when nobody asks. */
import type {RecentAction} from '../../api/actions.ts'
import type {Subscriber} from '../../live/socket.ts'
import {heldRemovals} from './run-action.ts'

export const actionNews: Subscriber = {
  // The topic is watched together with the servers (`live/servers.ts`).
  open: () => heldRemovals.opened(),
  receive: (message) => {
    if (message.type === 'action') heldRemovals.hear(message.action as RecentAction)
  },
}
