/**
 * All parts of the kit on one page, to look at and to measure; no page of the program. Run `vite` and open
 * `/ui/kit.fixture.html?theme=dark`. Words stand here as they are: nobody but us reads them.
 */
import '../styles/fonts.css'
import '@fontsource-variable/jetbrains-mono/wght.css'
import '../styles/app.css'
import {StrictMode} from 'react'
import {createRoot} from 'react-dom/client'
import {useLanguage} from '../i18n/text.ts'
import {KitFixture} from './fixture/KitFixture.tsx'

await useLanguage('en')
document.documentElement.dataset['theme'] = new URLSearchParams(location.search).get('theme') ?? 'light'
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <KitFixture />
  </StrictMode>,
)
