import { ErrorBoundary, LocationProvider, Route, Router, useLocation } from 'preact-iso';
import type { FunctionComponent } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { getMode, getRun } from './api';
import { Header } from './components/header';
import { Await, Failure, Loading } from './components/state';
import { remember } from './connection';
import { useLoaded } from './load';
import { part, usePart, type Part } from './parts';
import { RunContext } from './run';
import { keepScroll } from './scroll';
import { LanguageProvider } from './words';

const parts = {
    overview: part(() => import('./views/overview').then(view => view.OverviewView)),
    features: part(() => import('./views/features').then(view => view.FeaturesView)),
    feature: part(() => import('./views/feature').then(view => view.FeatureView)),
    images: part(() => import('./views/images').then(view => view.ImagesView)),
    image: part(() => import('./views/image').then(view => view.ImageView)),
    draw: part(() => import('./views/draw').then(view => view.DrawView)),
    classes: part(() => import('./views/classes').then(view => view.ClassesView)),
    map: part(() => import('./views/map').then(view => view.MapView)),
    members: part(() => import('./views/members').then(view => view.MembersView)),
    live: part(() => import('./views/live').then(view => view.LiveView)),
    missing: part(() => import('./views/missing').then(view => view.MissingView)),
};

const views = {
    overview: view(parts.overview),
    features: view(parts.features),
    feature: view(parts.feature),
    images: view(parts.images),
    image: view<{ image: string }>(parts.image),
    draw: view(parts.draw),
    classes: view(parts.classes),
    map: view(parts.map),
    members: view(parts.members),
    live: view(parts.live),
    missing: view(parts.missing),
};

keepScroll();

// The first view comes while the server is asked what it shows; where it doesn't come, it is asked for again when it is to be shown.
const [, first, second] = location.pathname.split('/');
const name = first ? (second && first.endsWith('s') ? first.slice(0, -1) : first) : 'overview';
if (name in parts) parts[name as keyof typeof parts].ask().catch(() => {});

/** A view that shows itself when it has come, and until then that it is on its way or why it can't be had: never the view before under the new address. */
function view<P extends object = object>(of: Part<FunctionComponent<P>>): FunctionComponent<P> {
    return props => {
        const loaded = usePart(of);
        return loaded.value ? (
            <loaded.value {...props} />
        ) : (
            <main id="content" class="page">
                <Await of={loaded}>{() => null}</Await>
            </main>
        );
    };
}

export function App() {
    return (
        <LanguageProvider>
            <LocationProvider>
                <Server />
            </LocationProvider>
        </LanguageProvider>
    );
}

function Server() {
    const mode = useLoaded(getMode, []);
    if (mode.problem) return <Failure problem={mode.problem} again={mode.again} />;
    if (!mode.value) return <Loading />;
    return mode.value === 'exploring' ? <Explorer /> : <views.live />;
}

function Explorer() {
    const run = useLoaded(getRun, []);
    useEffect(() => {
        if (run.value) remember(run.value.version);
    }, [run.value]);
    if (run.problem) return <Failure problem={run.problem} again={run.again} />;
    if (!run.value) return <Loading />;
    return (
        <RunContext.Provider value={run.value}>
            <Header />
            <Views />
        </RunContext.Provider>
    );
}

function Views() {
    const { path } = useLocation();
    const [failure, setFailure] = useState<{ error: Error; path: string }>();
    useEffect(() => setFailure(old => (old?.path === path ? old : undefined)), [path]);
    // Of this address alone: links lead out of it.
    if (failure?.path === path) return <Failure problem={{ title: failure.error.name, detail: failure.error.message, status: -1 }} />;
    return (
        <ErrorBoundary onError={error => setFailure({ error, path })}>
            <Router>
                <Route path="/" component={views.overview} />
                <Route path="/features" component={views.features} />
                <Route path="/features/:feature" component={views.feature} />
                <Route path="/images" component={views.images} />
                <Route path="/images/:image" component={views.image} />
                <Route path="/draw" component={views.draw} />
                <Route path="/classes" component={views.classes} />
                <Route path="/map" component={views.map} />
                <Route path="/members" component={views.members} />
                <Route default component={views.missing} />
            </Router>
        </ErrorBoundary>
    );
}
