/** Start here: words, who looks, then the pages. */
import './api/nonce.ts'
import './styles/fonts.css'
import './styles/app.css'
import {QueryClientProvider} from '@tanstack/react-query'
import {RouterProvider} from '@tanstack/react-router'
import {StrictMode} from 'react'
import {createRoot} from 'react-dom/client'
import {askUnless} from './api/ask.ts'
import {base} from './api/base.ts'
import {queries} from './api/queries.ts'
import {lookWhoWeAre, sessionQuery, wasSignedIn} from './api/session.ts'
import {liveSocket, readAgainWhenBack} from './live/socket.ts'
import {router} from './routes.tsx'
import {useLanguage} from './i18n/text.ts'
import {UiRoot} from './ui/UiRoot.tsx'

const PENDING_MS = 1000

// That Commodarr does not answer is told by the state of the connection.
liveSocket.onDoubt = () =>
  void lookWhoWeAre().then(
    // In by another way: a new session, a proxy. Nobody else has a connection to ask for.
    (isIn) => isIn && liveSocket.connection.state === 'signed out' && liveSocket.retryNow(),
    () => undefined,
  )
readAgainWhenBack(liveSocket, queries)
// Asked for at once, not one after the other: who looks, the page that most people open, and what it shows.
void queries.prefetchQuery(sessionQuery)
if (/^\/(torrents)?$/.test(location.pathname.slice(base.length))) {
  // The page asks for it again, and says it where it does not come.
  void import('./features/torrents/page/TorrentsPage.tsx').catch(() => undefined)
  if (wasSignedIn()) liveSocket.start()
}
void start()

/** The file itself may not wait: those of the pages need it, and none of them comes before all of it is done. */
async function start(): Promise<void> {
  // The frame of index.html stays until there is something to show in its place.
  await Promise.all([useLanguage('en'), Promise.race([router.load(), pending()])])
  // Whoever tries to log in is told there what was wrong.
  const isSignedIn = () => Boolean(queries.getQueryData(sessionQuery.queryKey)?.visitor)
  askUnless(
    () => liveSocket.isGone,
    () => void (isSignedIn() && lookWhoWeAre().catch(() => undefined)),
  )
  createRoot(document.getElementById('root')!).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <UiRoot>
          <RouterProvider router={router} />
        </UiRoot>
      </QueryClientProvider>
    </StrictMode>,
  )
}

/** From then on the page says what it waits for. */
function pending(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PENDING_MS))
}
