import {Outlet} from '@tanstack/react-router'
import {Suspense, useEffect} from 'react'
import {usePreference} from '../../api/preferences.ts'
import {liveSocket} from '../../live/socket.ts'
import {Actions} from '../actions/Actions.tsx'
import {AddCatcher} from '../add/AddCatcher.tsx'
import {setUnits} from '../../ui/format.ts'
import {lazyPart, loadPartsAhead} from '../../ui/lazy-part.ts'
import {MoveInLine} from '../move-in/MoveInLine.tsx'
import {ServerDialogs} from '../servers/dialogs/ServerDialogs.tsx'
import {ConnectionNote} from './ConnectionNote.tsx'
import {Header} from './Header.tsx'
import {useHotkeys} from './hotkeys.ts'
import {useOverlay} from './overlays.ts'
import {SkipLink} from './SkipLink.tsx'
import {StatusBar} from './StatusBar.tsx'
import {TabBar} from './TabBar.tsx'
import {useShellCommands} from './use-shell-commands.ts'
import {useTheme} from './use-theme.ts'

const AddDialog = lazyPart(
  ['adding', 'action-dialogs'],
  async () => (await import('../add/AddDialog.tsx')).AddDialog,
)
const Palette = lazyPart(['palette'], async () => (await import('./palette/Palette.tsx')).Palette)
const KeysDialog = lazyPart(['palette'], async () => (await import('./KeysDialog.tsx')).KeysDialog)

/** The frame around every page of somebody who is signed in. */
export function Shell() {
  const [units] = usePreference('units')
  setUnits(units)
  useTheme()
  useHotkeys()
  useShellCommands()
  useEffect(loadPartsAhead, [])
  useEffect(() => {
    liveSocket.start()
    return () => liveSocket.stop()
  }, [])
  return (
    <>
      <SkipLink />
      <div className="grid h-dvh grid-rows-[auto_minmax(0,1fr)_auto]">
        <Header />
        {/* Texts for screen readers hang here and not on what scrolls: they must not make the whole page scroll. */}
        <div className="relative grid min-h-0 grid-rows-[auto_minmax(0,1fr)] overflow-clip">
          <div>
            <ConnectionNote />
            <MoveInLine />
          </div>
          <Suspense>
            {/* What was written in other units is written anew. */}
            <Outlet key={units} />
          </Suspense>
        </div>
        <StatusBar />
        <TabBar />
      </div>
      <Overlays />
      <ServerDialogs />
      <Actions />
      <AddCatcher />
    </>
  )
}

function Overlays() {
  const overlay = useOverlay()
  return (
    <Suspense>
      {overlay?.name === 'palette' && <Palette text={overlay.text} />}
      {overlay?.name === 'keys' && <KeysDialog />}
      {overlay?.name === 'add' && <AddDialog brought={overlay.brought} />}
    </Suspense>
  )
}
