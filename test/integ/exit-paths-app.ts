/** The app of the exit paths: `-c declaration=<what> -c way=<JSON>`. */
import { App, Stack } from 'aws-cdk-lib';
import { declare } from './exit-paths-stack';

const app = new App({ analyticsReporting: false });
declare(new Stack(app, 'integ-exit-paths'), app.node.getContext('declaration'), JSON.parse(app.node.getContext('way')));
