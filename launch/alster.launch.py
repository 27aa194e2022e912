"""Starts AlsterNode, which is no ament package but a program of its own: ./alster node.

    ros2 launch ./launch/alster.launch.py params_file:=launch/params/realsense.yaml namespace:=robot1

ros2 launch ./launch/alster.launch.py --show-args lists the arguments. Empty arguments leave the value to the params file.
"""

import os
import shlex

from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument, ExecuteProcess, OpaqueFunction
from launch.substitutions import LaunchConfiguration

HERE = os.path.dirname(os.path.abspath(__file__))

ARGUMENTS = [
    ('program', os.path.join(HERE, '..', 'alster'), 'The launcher ./alster, or alster-node as built.'),
    ('namespace', '', 'Namespace of the node, as robot1.'),
    ('name', '', 'Name of the node in place of alster.'),
    ('params_file', os.path.join(HERE, 'params', 'default.yaml'), 'Parameters; those of well-known cameras lie in launch/params.'),
    ('use_sim_time', '', 'true: take the time from /clock.'),
    ('autostart', '', 'false: wait for a lifecycle manager.'),
    ('log_level', 'info', 'debug, info, warn, error or fatal.'),
    ('remaps', '', 'Remap rules between spaces: "color/image_raw:=/cam/rgb depth/image_rect_raw:=/cam/depth".'),
    ('respawn', 'false', 'true: start the node again when it ends by itself.'),
    ('respawn_delay', '2.0', 'Seconds before it is started again.'),
]


def start(context):
    given = {name: LaunchConfiguration(name).perform(context) for name, _, _ in ARGUMENTS}
    command = [given['program'], 'node', '--ros-args', '--log-level', given['log_level']]
    if given['params_file']:
        command += ['--params-file', given['params_file']]
    for name in ('use_sim_time', 'autostart'):
        if given[name]:
            command += ['-p', f'{name}:={given[name].lower()}']
    if given['namespace']:
        command += ['-r', '__ns:=/' + given['namespace'].strip('/')]
    if given['name']:
        command += ['-r', '__node:=' + given['name']]
    for rule in shlex.split(given['remaps']):
        command += ['-r', rule]
    return [ExecuteProcess(
        cmd=command,
        name='alster',
        output='screen',
        emulate_tty=True,
        respawn=given['respawn'].lower() == 'true',
        respawn_delay=float(given['respawn_delay']),
        sigterm_timeout='10',  # the map is saved on SIGINT and SIGTERM
    )]


def generate_launch_description():
    arguments = [DeclareLaunchArgument(name, default_value=value, description=text) for name, value, text in ARGUMENTS]
    return LaunchDescription(arguments + [OpaqueFunction(function=start)])
